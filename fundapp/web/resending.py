"""A form that came after its session had ended is not lost: it goes along while its sender signs in again.

Nothing of it is kept here. The pages on the way carry it, and nothing is done with it before the person,
signed in, has seen it and presses the button.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request

from fundapp.web.account.forms import SignInForm
from fundapp.web.addresses import is_local

FIELD = "kept."
ADDRESS = "kept_for"
MOST_CHARACTERS = 400_000
LONG_ENOUGH_TO_SHOW = 30
NOT_KEPT = frozenset({"csrf_token"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that waits to be sent again: where to, and its fields in order."""

    address: str
    fields: Sequence[tuple[str, str]]

    @property
    def words(self) -> list[str]:
        """What somebody wrote in it, for them to know it by."""
        return [value for _, value in self.fields if len(value) >= LONG_ENOUGH_TO_SHOW]


def from_this_form() -> Kept | None:
    """The form of this request; nothing where it came from another site or is none that can be sent again."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]
    is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    small = sum(len(value) for _, value in fields) <= MOST_CHARACTERS
    if request.method != "POST" or request.files or not (fields and is_ours and small):
        return None
    return Kept(request.full_path.rstrip("?"), fields)


def carried() -> Kept | None:
    """The form that this sign-in carries along."""
    address = request.form.get(ADDRESS, "")
    if not is_local(address):
        return None
    given = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(FIELD)]
    return Kept(address, [(name.removeprefix(FIELD), value) for name, value in given])


def sign_in_page(kept: Kept) -> str:
    """The page to sign in on, which carries the form along; without its sender there is no page to go to."""
    return render_template("account/sign_in.html", form=SignInForm(formdata=None), reasons=[], kept=kept)


def page(kept: Kept, *, code_owed_at: str = "") -> str:
    """The page that shows the form to the person, signed in again, and sends it when they press."""
    return render_template("account/send_again.html", kept=kept, code_owed_at=code_owed_at)
