"""The end of an award: what it means is shown first, and only then can it be taken."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.awards import Award
from fundapp.queries import awards as queries
from fundapp.services import award_endings as verbs
from fundapp.services import claims
from fundapp.web.finance.forms import EndForm
from fundapp.web.finance.pages import Door, doors, me, mine, pages, the_award
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.cases import REASON
from workflows.machine import Blocked, Request
from workflows.machines import machine_for

LIST = Permission.AWARD_LIST
MANAGE = Permission.AWARD_MANAGE
TERMINATE = Permission.AWARD_TERMINATE
UNMADE = ("due", "queried")
GIVEN = "given on the page"


@dataclass(frozen=True, slots=True)
class Words:
    """How one ending is put: the question, what it means, what its people get, and its button."""

    question: str
    meaning: str
    told: str
    button: str
    done: str
    wants_reason: bool = True


ENDINGS = {
    "complete": Words(
        "Is this project complete?",
        "The award is closed, and nothing more can be claimed on it.",
        "The organisation is told. A letter that closes the award is made, and a second person releases it.",
        "Complete the award",
        "The award is complete.",
        wants_reason=False,
    ),
    "withdraw": Words(
        "Withdraw this award?",
        "The award ends without blame: it cannot or should not go on.",
        "The organisation is told, and reads the reason on its page.",
        "Withdraw the award",
        "The award is withdrawn.",
    ),
    "terminate": Words(
        "Terminate this award?",
        "The award ends before its time because its terms were not kept.",
        "The organisation is told. A letter that gives the reason is made, and a second person releases it.",
        "Terminate the award",
        "The award is terminated.",
    ),
}


@pages.route("/awards/<ref>/complete", methods=["GET", "POST"])
@requires(MANAGE, the_award, sees=LIST)
def complete(award: Award) -> ResponseReturnValue:
    """Close an award whose project is done."""
    return _ending(award, "complete", lambda _reason: verbs.complete(award, me()))


@pages.route("/awards/<ref>/withdraw", methods=["GET", "POST"])
@requires(MANAGE, the_award, sees=LIST)
def withdraw(award: Award) -> ResponseReturnValue:
    """Withdraw an award, with a reason."""
    return _ending(award, "withdraw", lambda reason: verbs.withdraw(award, reason, me()))


@pages.route("/awards/<ref>/terminate", methods=["GET", "POST"])
@requires(TERMINATE, the_award, sees=LIST)
def terminate(award: Award) -> ResponseReturnValue:
    """End an award before its time, with a reason its letter gives."""
    return _ending(award, "terminate", lambda reason: verbs.terminate(award, reason, me()))


@pages.post("/awards/<ref>/release-retention")
@requires(Permission.CLAIM_APPROVE, the_award, sees=LIST)
def release_retention(award: Award) -> ResponseReturnValue:
    """Accept the final report: what was kept back waits for a payment run."""
    try:
        claims.release_retention(award, me())
    except Blocked as blocked:
        flash(" ".join(each.reason for each in blocked.blockers))
    else:
        flash("What was kept back is released, and waits for a payment run.", "success")
    return redirect(url_for("finance.award", ref=award.reference))


def ways_out(award: Award) -> list[Door]:
    """The ends this person may take the award to from here, each with what stops it now."""
    facts = verbs.ending_facts(award) | {REASON.key: GIVEN}
    return [
        door
        for door in doors(award, tuple(ENDINGS), facts).values()
        if not any(each.code == "not_permitted" for each in door.stops)
    ]


def release_door(award: Award) -> Door | None:
    """The step that pays what is kept back, for those who may take it and while there is something."""
    kept = claims.kept_back(award.id)
    if not kept or award.state != "live" or Permission.CLAIM_APPROVE not in mine():
        return None
    step = machine_for("claim").transition("due", "release_retention")
    if step is None:
        return None
    request = Request(mine(), clock.now(), me().id, claims.retention_facts(award))
    return Door(step.action, step.label, step.blockers(claims.KeptBack(kept), request))


def _ending(award: Award, action: str, verb: Callable[[str], Award]) -> ResponseReturnValue:
    words, form = ENDINGS[action], EndForm.asking(reason=ENDINGS[action].wants_reason)
    if not form.validate_on_submit():
        page = _page(award, action, form)
        return (page, 400) if form.is_submitted() else page
    try:
        verb(form.why)
    except Blocked as blocked:
        return _page(award, action, form, blocked), 409
    flash(words.done, "success")
    return redirect(url_for("finance.award", ref=award.reference))


def _page(award: Award, action: str, form: EndForm, blocked: Blocked | None = None) -> str:
    facts = verbs.ending_facts(award) | {REASON.key: GIVEN}
    door = doors(award, (action,), facts).get(action)
    return render_template(
        "finance/ending.html", award=award, bid=award.application, words=ENDINGS[action], action=action,
        form=form, blocked=blocked, freed=verbs.freed(award), door=door,
        unmade=sum(each.state in UNMADE for each in queries.claims_of(award.id)),
        state=machine_for("award").state(award.state),
    )  # fmt: skip
