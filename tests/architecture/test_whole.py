"""Laws of the whole: nothing in the rulebook lies unused, the demo knows no models, templates stay short."""

import ast
from collections.abc import Iterator

from fundapp.config import PROJECT
from fundapp.services.board import OUTCOMES
from tests.architecture.test_laws import modules, name_of, tree_of
from workflows import machines
from workflows.actors import GRANTS, Permission
from workflows.machine import Machine
from workflows.pathways import PATHWAYS

LONGEST_TEMPLATE = 150
# Granted, and asked for by no page or step yet; whatever first asks for one strikes it from this list.
ASKED_FOR_LATER = {"ROUND_READ", "ROUND_EDIT", "AWARD_READ", "CLAIM_READ", "AUDIT_READ"}


def every_machine() -> Iterator[Machine]:
    yield from machines.BY_KIND.values()
    yield from (road.machine for road in PATHWAYS.values())


def words_of(*folders: str) -> set[str]:
    """Every text constant in the code of these folders, and every board outcome as its step is named."""
    spoken = {
        node.value
        for path in modules(*folders)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return spoken | {f"board_{outcome}" for outcome in OUTCOMES}


def test_every_permission_is_asked_for() -> None:
    asked = {
        node.attr
        for path in modules("fundapp", "workflows")
        if path.name not in ("actors.py", "team.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("Permission", "_P")
    }
    assert {permission.name for permission in Permission} - asked == ASKED_FOR_LATER


def test_every_permission_is_granted_to_somebody_but_the_clocks_own() -> None:
    granted = frozenset().union(*GRANTS.values())
    assert set(Permission) - granted == {Permission.SYSTEM_RUN}


def test_every_state_is_known_to_the_office() -> None:
    spoken = words_of("fundapp")
    for machine in every_machine():
        assert {state.key for state in machine.states} <= spoken, machine.name


def test_the_demonstration_knows_no_models() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules("fundapp/demo")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        if any("fundapp.models" in each for each in (getattr(node, "module", "") or "", *_names(node)))
    ]
    assert found == []


def test_templates_stay_short() -> None:
    long = [
        name_of(path)
        for path in sorted((PROJECT / "templates").rglob("*"))
        if path.is_file() and len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_TEMPLATE
    ]
    assert long == []


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.name for alias in node.names]
