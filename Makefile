# Every verb sets up what it needs first; once that is done it takes a moment.
# Processes start many times here: what they import is compiled once and kept.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
BROWSER ?= 1
ARGS ?=

FUNDAPP = .venv/bin/fundapp
IN_VENV = if [ -r var/setup/environment ]; then . var/setup/environment; fi;

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint bench chaos lock clean

help: ## Show the verbs
	@echo "make VERB, where VERB is"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make this machine ready: packages, assets, system libraries
	@$(PYTHON) -m setup app

demo: ## Open a made-up region in the browser (ARGS="--port 8080" and the like)
	@$(PYTHON) -m setup app
	@exec $(FUNDAPP) demo $(ARGS)

serve: ## Serve this installation: the configured servers, or private ones
	@$(PYTHON) -m setup app
	@exec $(FUNDAPP) serve $(ARGS)

# One process more than the two cores this is meant for: some tests wait for other processes.
test: ## Run all tests on real servers and a real browser (BROWSER=0 leaves the browser out)
	@BROWSER=$(BROWSER) $(PYTHON) -m setup test
	@$(IN_VENV) BROWSER=$(BROWSER) exec .venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: ## Check style, types and import contracts
	@$(PYTHON) -m setup lint
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: ## Measure the promises of speed and write var/bench.json
	@BROWSER=$(BROWSER) $(PYTHON) -m setup test
	@$(IN_VENV) exec .venv/bin/python -P -m bench $(ARGS)

chaos: ## Kill, flush and stop things under load, and check that nothing is lost
	@BROWSER=$(BROWSER) $(PYTHON) -m setup test
	@$(IN_VENV) exec .venv/bin/python -P -m bench.chaos $(ARGS)

lock: ## Lock the packages anew from pyproject.toml
	@$(PYTHON) -m setup lock

clean: ## Remove everything made here: packages, assets, data, private servers
	@$(PYTHON) -m setup clean
