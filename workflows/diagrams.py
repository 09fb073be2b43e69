"""Pages of the lifecycle, made from the machines themselves: a diagram, the states and the steps of each."""

from collections.abc import Iterator

from workflows.cases import FACTS
from workflows.effects import Effect
from workflows.machine import Machine, State, Transition
from workflows.soundness import machines

NOTE = "<!-- Made from the machines in workflows/ by `fundapp docs lifecycle`; a test compares them. -->"


def pages() -> dict[str, str]:
    """The text of each page of docs/lifecycle, by file name."""
    found = {_file_name(machine): "\n".join(_page(machine)) + "\n" for machine in machines()}
    return {"README.md": "\n".join(_index()) + "\n", **found}


def _file_name(machine: Machine) -> str:
    return f"{machine.name}-{machine.version}.md"


def _title(machine: Machine) -> str:
    return machine.name.replace("_", " ").capitalize()


def _index() -> Iterator[str]:
    yield NOTE
    yield "# Lifecycle"
    yield ""
    for machine in machines():
        count = f"{len(machine.states)} states, {len(machine.transitions)} steps"
        yield f"- [{_title(machine)}, version {machine.version}]({_file_name(machine)}): {count}"
    yield ""
    yield "## Facts the guards read"
    yield ""
    yield "Besides attributes of the case itself (`workflows/cases.py`), a request brings these by name."
    yield ""
    yield "| Fact | Meaning |"
    yield "| --- | --- |"
    yield from (f"| `{fact.key}` | {fact.meaning} |" for fact in FACTS)


def _page(machine: Machine) -> Iterator[str]:
    yield NOTE
    yield f"# {_title(machine)}, version {machine.version}"
    yield ""
    yield from _diagram(machine.to_mermaid())
    yield ""
    yield "## As everybody outside sees it"
    yield ""
    yield from _diagram(machine.to_mermaid(public=True))
    yield ""
    yield "## States"
    yield ""
    yield "| State | Staff name | Public name | Final | Days |"
    yield "| --- | --- | --- | --- | --- |"
    yield from map(_state_row, machine.states)
    yield ""
    yield "## Steps"
    yield ""
    yield "| Step | From | To | Who | Facts read | What follows | Who hears |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    yield from map(_step_row, machine.transitions)


def _diagram(text: str) -> Iterator[str]:
    yield "```mermaid"
    yield text.rstrip("\n")
    yield "```"


def _state_row(state: State) -> str:
    final, days = "yes" if state.final else "", state.max_days or ""
    return f"| `{state.key}` | {state.staff_name} | {state.public_name} | {final} | {days} |"


def _step_row(step: Transition) -> str:
    cells = (
        f"`{step.action}`: {step.label}",
        _codes(step.sources),
        f"`{step.target}`",
        f"`{step.permission}`",
        _codes(step.reads),
        "; ".join(map(_effect, step.effects)),
        "; ".join(map(_effect, step.notice.messages)) or f"nobody: {step.notice.silent_because}",
    )
    return f"| {' | '.join(cells)} |"


def _codes(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _effect(effect: Effect) -> str:
    arguments = effect.arguments
    held = ", at the release" if "held" in arguments else ""
    values = " to ".join(value for name, value in arguments.items() if name != "held")
    return f"{effect.kind.replace('_', ' ')}{': ' if values else ''}{values}{held}"
