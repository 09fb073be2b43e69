"""Packages of Debian and Ubuntu: installed as root, unpacked under `var/` for anybody else."""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from setup.steps import MADE, SetupError, run

OWN_LISTS = MADE / "apt"


def here() -> bool:
    """Whether this machine has Debian's tools."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg"))


def is_root() -> bool:
    """Whether packages can be installed."""
    return os.geteuid() == 0


def install(names: Sequence[str], trouble: str) -> None:
    """Install packages for the whole machine, as root."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    try:
        run(command, trouble, environment=quiet)
    except SetupError:
        run(["apt-get", "update", "-qq"], trouble, environment=quiet)
        run(command, trouble, environment=quiet)


def unpack(names: Sequence[str], target: Path, trouble: str) -> None:
    """Fetch packages with whatever they need that is missing here, and unpack them into a folder.

    What they need is planned as for an empty machine, so nothing half-installed here stands in the way.
    """
    store = target.with_name(f"{target.name}.packages")
    lists, cache, empty = OWN_LISTS / "lists", OWN_LISTS / "cache", OWN_LISTS / "nothing-installed"
    for folder in (store, target, lists / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    empty.touch()
    own = ["apt-get", "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}"]
    run([*own, "update", "-qq"], trouble)
    planning = [*own, "-o", f"Dir::State::status={empty}", "install", "-s", "-y", "--no-install-recommends"]
    planned = re.findall(r"^Inst (\S+)", run([*planning, *names], trouble), flags=re.MULTILINE)
    run([*own, "download", *sorted(set(planned) - _installed())], trouble, cwd=store)
    for package in sorted(store.glob("*.deb")):
        run(["dpkg", "-x", package, target], trouble)
    shutil.rmtree(store)


def _installed() -> set[str]:
    """The packages this machine has."""
    said = run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"], "dpkg-query does not answer")
    return {line.partition(" ")[2] for line in said.splitlines() if line.startswith("installed ")}
