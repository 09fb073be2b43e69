"""Starts one background process: `python worker.py jobs QUEUE`, `... relay` or `... cron`."""

import sys

from fundapp.starting import loading

if __name__ == "__main__":
    try:
        with loading():
            from fundapp.processes.main import main
    except ModuleNotFoundError as missing:
        print(f"worker.py: {missing}: run `make setup`, then .venv/bin/python worker.py", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
