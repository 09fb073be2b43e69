"""The rulebook is sound as it stands, and every kind of mistake in a table is found and named."""

from dataclasses import replace
from pathlib import Path

import pytest

import workflows
from workflows import diagrams, soundness
from workflows.actors import GRANTS, Permission, Role
from workflows.effects import NO_NOTICE, Notify, silent, tell
from workflows.machine import Machine, State, Transition
from workflows.machines import BY_KIND, machine_for
from workflows.pathways import PATHWAYS, names, newest, pathway
from workflows.stages.board import BEING_DECIDED

PAGES = Path(__file__).parents[2] / "docs" / "lifecycle"

SUBMIT = Transition("submit", ("draft",), "sent", Permission.BID_SUBMIT, "Submit", notice=silent("shown"))
SOUND = Machine(
    "bid",
    1,
    "draft",
    (State("draft", "Draft", "Draft"), State("sent", "Sent", "Sent", final=True)),
    (SUBMIT,),
)


def test_the_rulebook_is_sound() -> None:
    workflows.validate()
    assert list(soundness.mistakes()) == []
    assert SOUND.mistakes() == ()


MISTAKEN = [
    (
        replace(SOUND, states=(*SOUND.states, State("sent", "Sent", "Sent", final=True))),
        ("bid: the state sent is listed twice", "bid: the state sent is listed twice"),
    ),
    (
        replace(SOUND, states=(State("draft", "Draft", " "), SOUND.states[1])),
        ("bid: the state draft needs a staff name and a public name",),
    ),
    (
        replace(SOUND, initial="nowhere"),
        (
            "bid: it begins in nowhere, which is not one of its states",
            "bid: the state draft can never be reached",
            "bid: the state sent can never be reached",
        ),
    ),
    (
        replace(SOUND, states=(*SOUND.states, State("lost", "Lost", "Lost"))),
        (
            "bid: the state lost can never be reached",
            "bid: the state lost is a dead end, no final state follows it",
        ),
    ),
    (
        replace(SOUND, transitions=(replace(SUBMIT, notice=NO_NOTICE),)),
        ("bid: the step submit to sent does not say who hears of it, or why nobody does",),
    ),
    (
        replace(
            SOUND,
            transitions=(replace(SUBMIT, notice=replace(tell(Notify("a", "office")), silent_because="b")),),
        ),
        ("bid: the step submit to sent does not say who hears of it, or why nobody does",),
    ),
    (
        replace(SOUND, transitions=(replace(SUBMIT, permission="bid:fly"),)),  # type: ignore[arg-type]
        ("bid: the step submit to sent asks for no known permission",),
    ),
    (
        replace(SOUND, transitions=(SUBMIT, replace(SUBMIT, target="draft"))),
        ("bid: submit means two things in the state draft",),
    ),
    (
        replace(SOUND, transitions=(SUBMIT, replace(SUBMIT, action="x", target="moon", label=" "))),
        (
            "bid: the step x to moon names moon, which is not one of its states",
            "bid: the step x to moon has no label",
        ),
    ),
    (
        replace(SOUND, transitions=(SUBMIT, replace(SUBMIT, action="x", sources=()))),
        ("bid: the step x to sent starts nowhere",),
    ),
]


@pytest.mark.parametrize(("machine", "mistakes"), MISTAKEN)
def test_a_mistake_in_a_table_is_named(machine: Machine, mistakes: tuple[str, ...]) -> None:
    assert machine.mistakes() == mistakes


def test_start_up_is_refused_with_every_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "BY_KIND", {"bid": replace(SOUND, initial="sent")})
    with pytest.raises(soundness.RulebookError) as refusal:
        workflows.validate()
    assert refusal.value.mistakes == ("bid: the state draft can never be reached",)


def test_the_pages_of_the_lifecycle_are_current() -> None:
    """`fundapp docs lifecycle` writes them anew."""
    assert {path.name: path.read_text() for path in PAGES.glob("*.md")} == diagrams.pages()


def test_everybody_outside_knows_nine_names() -> None:
    """The applicant's words, in the order of the road."""
    known = [state.public_name for state in pathway("competitive", 1).machine.states]
    assert list(dict.fromkeys(known)) == [
        "Draft", "Received", "Being checked", "We need something from you", "Not funded", "Being assessed",
        "Decision being made", "Offer made", "Withdrawn",
    ]  # fmt: skip


def test_nothing_before_the_release_tells_the_decision() -> None:
    told = {
        state.key
        for road in PATHWAYS.values()
        for state in road.machine.states
        if state.public_name == BEING_DECIDED
    }
    assert {"approved", "board_approved", "reserve", "awaiting_decision", "recommended"} <= told


def test_only_the_clock_holds_the_clocks_permission() -> None:
    assert not [role for role in Role if Permission.SYSTEM_RUN in GRANTS[role]]
    used = {step.permission for machine in soundness.machines() for step in machine.transitions}
    assert Permission.SYSTEM_RUN in used


def test_pathways_are_found_by_name_and_version() -> None:
    assert names() == ("competitive", "rolling_investment", "small_grant")
    assert [newest(name) for name in names()] == [1, 1, 1]
    traits = {road.name: (road.closes, road.has_moderation, road.has_board) for road in PATHWAYS.values()}
    assert traits == {
        "competitive": (True, True, True),
        "rolling_investment": (False, True, True),
        "small_grant": (False, False, False),
    }
    with pytest.raises(LookupError, match="there is no pathway competitive 9; there are: competitive 1"):
        pathway("competitive", 9)
    with pytest.raises(LookupError, match="there is no pathway called lottery"):
        newest("lottery")


def test_machines_are_found_by_kind_of_case() -> None:
    assert [machine_for(kind).initial for kind in BY_KIND] == [
        "draft", "asked", "proposed", "planned", "subsidy_check", "due", "draft",
    ]  # fmt: skip
    with pytest.raises(LookupError, match="no machine drives a case of kind 'application'"):
        machine_for("application")
    with pytest.raises(LookupError, match="bid has no state 'moon'"):
        SOUND.state("moon")


def test_a_diagram_names_states_steps_and_ends() -> None:
    assert SOUND.to_mermaid() == (
        "stateDiagram-v2\n"
        '    state "Draft" as draft\n'
        '    state "Sent" as sent\n'
        "    [*] --> draft\n"
        "    draft --> sent: Submit\n"
        "    sent --> [*]\n"
    )
    assert SOUND.to_mermaid(public=True) == (
        "stateDiagram-v2\n"
        '    state "Draft" as s1\n'
        '    state "Sent" as s2\n'
        "    [*] --> s1\n"
        "    s1 --> s2\n"
        "    s2 --> [*]\n"
    )
