"""Whatever the rulebook names is carried out: its steps by verbs, its letters, its mails and whom they go to.

What is not carried out yet stands here with the reason, and nowhere else.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from fundapp.config import PROJECT
from fundapp.letters.catalog import kind_for
from fundapp.queries import notice_words, recipients
from fundapp.services import letter_making, proposing, reminders
from fundapp.services.board import OUTCOMES
from tests.architecture.test_laws import calls, modules, name_of, tree_of
from workflows.effects import Audience, IssueLetter, Letter, Notify
from workflows.machine import Machine, Transition
from workflows.machines import BY_KIND
from workflows.pathways import PATHWAYS

SERVICES = "fundapp/services"
MAILS = PROJECT / "templates" / "emails"
BID = "application"
# How the verbs call the cases they move.
SUBJECTS = {
    "award": "award", "claim": "claim", "run": "payment_run", "meeting": "meeting", "call": "round",
    "question": "question", "assessment": "assessment", "proposed": "assessment", "reading": "assessment",
    "bid": BID, "application": BID, "takes": BID, "passes": BID,
}  # fmt: skip
NO_CHANGE = "no page changes a bid once it is approved, so no approval has to be voided"
NOT_YET = {
    (BID, "accept_late"): "no page lists the bids refused near the close, which is where one is accepted",
    (BID, "void_approval"): NO_CHANGE,
    (BID, "assess_again"): "only a pathway without a board assesses again, and no fund ships with one",
    ("meeting", "recall_papers"): "papers are put right by abandoning the meeting and planning another",
    ("round", "change_terms"): "a round's terms are fixed at publication; versions of them come later",
    ("round", "complete"): "no page closes a round; its unspent money stays available to it",
    ("round", "cancel"): "no page gives a round up; one nobody should bid to is not published",
}
NO_DOOR = {
    "approvals.approve_due": "the clock does the same by `approve_by_clock`; the demonstration asks at once",
    "demo_clock.mark_as_demo": "only the demonstration marks its own database",
    "personas.invent": "only the demonstration invents people",
    "funds.plan_round": "rounds are set up by the demonstration until there is a page for it",
    "funds.plan_batch": "as funds.plan_round",
    "funds.publish": "as funds.plan_round",
}

# Mails that answer a press of the person they go to, and no step of a case.
OWN_MAILS = ("account", "following", "team", "organisation")


def steps() -> Iterator[tuple[str, Transition]]:
    """Every step of every machine, by the kind of case that takes it."""
    for kind, machine in every_machine():
        yield from ((kind, step) for step in machine.transitions)


def every_machine() -> Iterator[tuple[str, Machine]]:
    yield from BY_KIND.items()
    yield from ((BID, road.machine) for road in PATHWAYS.values())


ACTIONS = {(kind, step.action) for kind, step in steps()}
NOTICES = sorted({(kind, each.to, each.message) for kind, step in steps() for each in step.notice.messages})
LETTERS = {each.letter for _, step in steps() for each in step.effects if isinstance(each, IssueLetter)}


def moves(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls that take a step of one case, or the same step of many."""
    doors = {"casework.advance", "casework.advance_all", "casework.file_all"}
    return (call for call in calls(tree) if ast.unparse(call.func) in doors)


def kinds(subject: ast.expr) -> set[str]:
    """The kinds of case an argument stands for: its last name, or the names inside what builds it."""
    if isinstance(subject, ast.Attribute):
        return {SUBJECTS[subject.attr]}
    names = [node.id for node in ast.walk(subject) if isinstance(node, ast.Name)]
    return {SUBJECTS[name] for name in names if name in SUBJECTS}


def words(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def taken(path: Path) -> set[tuple[str, str]]:
    """The steps a module's verbs take; an action chosen at run time is one of the words of its module."""
    tree, found = tree_of(path), set[tuple[str, str]]()
    for call in moves(tree):
        chosen = call.args[1]
        named = words(tree) | {f"board_{each}" for each in OUTCOMES} if is_name(chosen) else words(chosen)
        found |= {(kind, action) for kind in kinds(call.args[0]) for action in named}
    return found & ACTIONS


def is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)


def verbs(path: Path) -> Iterator[str]:
    """The public verbs of a module: each is one transaction."""
    functions = (node for node in tree_of(path).body if isinstance(node, ast.FunctionDef))
    public = (each for each in functions if not each.name.startswith("_"))
    return (each.name for each in public if "transaction()" in map(ast.unparse, each.decorator_list))


def test_every_step_is_taken_by_a_verb_or_says_why_not() -> None:
    carried_out = {step for path in modules(SERVICES) for step in taken(path)}
    assert sorted(ACTIONS - carried_out) == sorted(NOT_YET)


def test_every_call_names_a_kind_of_case() -> None:
    lost = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules(SERVICES)
        for call in moves(tree_of(path))
        if not kinds(call.args[0])
    ]
    assert lost == []


def test_every_verb_has_a_door() -> None:
    """A page, a command or a job takes each verb; the demonstration does not count."""
    spoken = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in modules("fundapp")
        if not name_of(path).startswith("fundapp/demo")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    shut = {f"{path.stem}.{verb}" for path in modules(SERVICES) for verb in verbs(path) if verb not in spoken}
    assert sorted(shut) == sorted(NO_DOOR)


def test_every_letter_is_in_the_catalogue_and_is_made() -> None:
    assert set(get_args(Letter)) == LETTERS
    made = {kind.value for kind in letter_making.AWARD_LETTERS} | {"decline"}
    assert {
        kind_for(letter, instrument).key.value for letter in LETTERS for instrument in ("grant", "equity")
    } == made


@pytest.mark.parametrize(("kind", "to", "message"), NOTICES)
def test_every_notice_has_its_words_and_its_people(kind: str, to: str, message: str) -> None:
    assert (MAILS / to / f"{message}.txt").is_file()
    assert kind in notice_words.WORDS
    assert to in notice_words.HOMES
    assert recipients.has_rule(to, kind)


def test_every_mail_template_is_sent() -> None:
    ours = {
        path.relative_to(MAILS).with_suffix("")
        for path in MAILS.glob("*/*.txt")
        if path.parent.name not in OWN_MAILS
    }
    of_steps = {f"{to}/{message}" for _, to, message in NOTICES}
    assert {str(path) for path in ours} == of_steps | {
        f"writers/{reminders.MESSAGE}",
        f"office/{proposing.MESSAGE}",
    }


@pytest.mark.parametrize(("folder", "service"), [("team", "teams"), ("organisation", "joining")])
def test_every_mail_about_who_takes_part_is_written_by_its_verbs(folder: str, service: str) -> None:
    spoken = {
        node.value
        for node in ast.walk(tree_of(PROJECT / SERVICES / f"{service}.py"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {path.stem for path in (MAILS / folder).glob("*.txt")} <= spoken


def test_every_audience_is_heard_of() -> None:
    assert {to for _, to, _ in NOTICES} | {"chair"} == set(get_args(Audience))
    assert {each.to for _, step in steps() for each in step.effects if isinstance(each, Notify)} == set()
