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
    """Fetch packages with whatever they need that is missing here, and unpack them into a folder."""
    store = target.with_name(f"{target.name}.packages")
    for folder in (
        store,
        target,
        OWN_LISTS / "lists" / "partial",
        OWN_LISTS / "cache" / "archives" / "partial",
    ):
        folder.mkdir(parents=True, exist_ok=True)
    own = ["-o", f"Dir::State::lists={OWN_LISTS / 'lists'}", "-o", f"Dir::Cache={OWN_LISTS / 'cache'}"]
    run(["apt-get", *own, "update", "-qq"], trouble)
    plan = run(["apt-get", *own, "install", "-s", "-y", "--no-install-recommends", *names], trouble)
    needed = re.findall(r"^Inst (\S+)", plan, flags=re.MULTILINE)
    run(["apt-get", *own, "download", *needed], trouble, cwd=store)
    for package in sorted(store.glob("*.deb")):
        run(["dpkg", "-x", package, target], trouble)
    shutil.rmtree(store)
