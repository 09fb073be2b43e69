"""The laws of the house that import contracts cannot see, read from the source itself."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from fundapp.config import PROJECT

LONGEST_MODULE = 300
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|$)")
CODE = ("fundapp", "workflows", "setup")
MACHINE_CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
NO_CASE = {"self", "message"}
COMMITTING = {"commit"}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (PROJECT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def on_the_session(call: ast.Call) -> bool:
    """Whether a call is `session.commit()`, `db.session.commit()` or the like."""
    function = call.func
    if not (isinstance(function, ast.Attribute) and function.attr in COMMITTING):
        return False
    return "session" in ast.unparse(function.value)


def assigned_attributes(tree: ast.Module) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield from (target for target in node.targets if isinstance(target, ast.Attribute))
        elif isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Attribute):
            yield node.target


def test_only_the_transaction_commits() -> None:
    found = [name_of(path) for path in modules("fundapp") if any(map(on_the_session, calls(tree_of(path))))]
    assert found == ["fundapp/transaction.py"]


def test_only_casework_assigns_a_state() -> None:
    found = {
        name_of(path)
        for path in modules("fundapp")
        for target in assigned_attributes(tree_of(path))
        if target.attr == "state" and ast.unparse(target.value) not in NO_CASE
    }
    assert found == {"fundapp/services/casework.py"}


def test_no_import_hides_in_a_function() -> None:
    found = [
        f"{name_of(path)}:{inner.lineno}"
        for path in modules(*CODE)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_the_rulebook_needs_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"workflows"}
    found = {
        f"{name_of(path)}: {name}"
        for path in modules("workflows")
        for node in ast.walk(tree_of(path))
        for name in imported(node)
        if name.partition(".")[0] not in allowed
    }
    assert found == set()


def imported(node: ast.AST) -> list[str]:
    """The modules an import statement names; a relative one stays inside its package."""
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in modules(*CODE)
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []


def test_modules_stay_short() -> None:
    long = [
        name_of(path)
        for path in modules(*CODE)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
    ]
    assert long == []


def test_names_say_what_is_inside() -> None:
    assert [name_of(path) for path in modules(*CODE, "tests") if VAGUE.search(path.stem)] == []


def test_no_machine_clock_decides() -> None:
    """Python's own clock is for heartbeats and time limits (`time.monotonic`), never for a decision."""
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules("fundapp", "workflows")
        for call in calls(tree_of(path))
        if ast.unparse(call.func)
        in {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    ]
    assert found == []


def test_autoescape_is_never_switched_off() -> None:
    found = [
        name_of(path)
        for path in sorted((PROJECT / "templates").rglob("*"))
        if path.is_file() and re.search(r"\|\s*safe\b|autoescape false", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_locks_carry_hashes_and_name_no_host() -> None:
    for lock in sorted((PROJECT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9][^\n]*?==[^\n]*\\\n    --hash=sha256:", text, flags=re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, flags=re.MULTILINE))
        assert "://" not in text
    for lock in (PROJECT / "package-lock.json", PROJECT / "setup" / "browser" / "package-lock.json"):
        assert '"resolved"' not in lock.read_text(encoding="utf-8")
