"""What the script of a form with several boxes is told, which saves them while they are written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.services.stale import StaleError
from fundapp.web.apply.questions.saving import since
from workflows.machine import Blocked

PRESSED = "pressed"


class Boxes(Protocol):
    """What is asked of a field: its boxes as a browser sends them, and what stands in them in words."""

    name: str
    label: Any
    errors: Sequence[str]

    def boxes(self) -> list[str]:
        """One text a box, none for what is not chosen."""
        ...

    def in_words(self) -> str:
        """The same as somebody reads it."""
        ...


def is_pressed() -> bool:
    """Whether a button was pressed, rather than that the person paused."""
    return PRESSED in request.form


def kept(
    form: FlaskForm,
    save: Callable[[], Mapping[str, Any]],
    filled: Callable[[Mapping[str, Any]], FlaskForm],
    waits: Callable[[], str] = lambda: "",
) -> ResponseReturnValue:
    """Save what the form says, and tell its script; `save` gives the version and the time to tell.

    What cannot be read is told box by box, and what is still empty only once a button is pressed; so is
    what `waits` gives a reason for saved only then. What somebody else saved meanwhile comes back in the
    boxes of the form that `filled` makes of it.
    """
    if not form.validate_on_submit():
        return jsonify(_unread(form)), 400
    if not is_pressed() and (why := waits()):
        return jsonify(waits=why), 409
    try:
        return jsonify(save())
    except StaleError as stale:
        return jsonify(_meanwhile(stale, filled(stale.theirs))), 409
    except Blocked as blocked:
        return jsonify(error=" ".join(each.reason for each in blocked.blockers)), 409


def fields_of(form: FlaskForm) -> list[Boxes]:
    """The fields of a form that a person writes in."""
    return [field for field in form if field.name != "csrf_token"]


def in_words(form: FlaskForm) -> list[tuple[str, str]]:
    """What a form says, label by label."""
    return [(field.label.text, field.in_words()) for field in fields_of(form)]


def _unread(form: FlaskForm) -> dict[str, Any]:
    wrong = [field for field in fields_of(form) if field.errors]
    told = wrong if is_pressed() else [field for field in wrong if any(field.boxes())]
    if wrong and not told:
        return {"waits": f"Still to fill in: {'; '.join(field.label.text for field in wrong)}"}
    return {
        "error": " ".join(f"{field.label.text} {field.errors[0]}." for field in told),
        "mistakes": {field.name: field.errors[0] for field in told},
    }


def _meanwhile(stale: StaleError, form: FlaskForm) -> dict[str, Any]:
    return {
        "theirs": {field.name: field.boxes() for field in fields_of(form) if field.boxes()},
        **since(stale),
    }
