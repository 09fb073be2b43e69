"""Checking a bid, sending it in, taking it back, and withdrawing it."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.queries import bid_files
from fundapp.queries import bids as queries
from fundapp.queries.bids import Saved
from fundapp.services import costs, entering, refusals, submissions
from fundapp.services.bids import Files
from fundapp.services.submissions import OtherContentError
from fundapp.web import attached
from fundapp.web.apply import closing, received, tasks
from fundapp.web.apply.files import shelves
from fundapp.web.apply.forms import SubmitForm, WithdrawForm
from fundapp.web.apply.pages import me, own, own_to_send, pages
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds import showing
from workflows.funds.costing import funding_of
from workflows.funds.gap import Gap
from workflows.funds.pinned import MONEY
from workflows.machine import Blocked, Blocker
from workflows.rules import schedule
from workflows.rules.funding import Stated

ALREADY = "This press sent nothing: your bid was sent in before. This is what we have."


@pages.get("/<reference>/check")
@requires(Permission.BID_FOLLOW, own)
def check(bid: Application) -> ResponseReturnValue:
    """Every answer on one page, every gap with the way to its field, and the signature; then the receipt."""
    if _is_with_us(bid):
        return redirect(url_for("apply.receipt", reference=bid.reference))
    form = SubmitForm.of(bid.round.rules, signatory=bid.lead.name, key=secrets.token_urlsafe(18))
    return _check_page(bid, form)


@pages.post("/<reference>/submit")
@requires(Permission.BID_SUBMIT, own_to_send, sees=Permission.BID_FOLLOW)
def submit(bid: Application) -> ResponseReturnValue:
    """Send the bid in; the same press again finds the same receipt."""
    form = SubmitForm.of(bid.round.rules)
    if not form.validate_on_submit():
        refusals.note_unsigned(bid, me())
        return _check_page(bid, form), 400
    # What a refusal after the close tells is of the bid as it was loaded: a commit forgets that.
    reference, told = bid.reference, _told_of(bid)
    try:
        submissions.submit(
            bid,
            key=form.key.data or "",
            signatory=form.signatory.data or "",
            declared=form.declarations.data or [],
            actor=me(),
        )
    except Blocked as blocked:
        late = next((each for each in blocked.blockers if each.code == schedule.TOO_LATE), None)
        if late is not None:
            return render_template("apply/too_late.html", late=late, **told), 409
        return _check_page(bid, form, blocked.blockers), 409
    except OtherContentError as other:
        return _check_page(bid, form, reasons=[str(other)]), 409
    return redirect(url_for("apply.receipt", reference=reference))


@pages.post("/<reference>/reopen")
@requires(Permission.BID_EDIT, own, sees=Permission.BID_FOLLOW)
def reopen(bid: Application) -> ResponseReturnValue:
    """Take the bid back to change it."""
    try:
        submissions.reopen(bid, me())
    except Blocked as blocked:
        flash(" ".join(blocker.reason for blocker in blocked.blockers))
        return redirect(url_for("apply.bid", reference=bid.reference))
    flash(f"The bid is open again. {closing.if_left_alone(bid)}")
    return redirect(url_for("apply.bid", reference=bid.reference))


@pages.route("/<reference>/withdraw", methods=["GET", "POST"])
@requires(Permission.BID_WITHDRAW, own, sees=Permission.BID_FOLLOW)
def withdraw(bid: Application) -> ResponseReturnValue:
    """End the bid, after asking once more."""
    form = WithdrawForm()
    if not form.validate_on_submit():
        page = render_template("apply/withdraw.html", bid=bid, form=form, has_errors=bool(form.errors))
        return (page, 400) if form.is_submitted() else page
    try:
        submissions.withdraw(bid, form.reason.data or "", me())
    except Blocked as blocked:
        page = render_template("apply/withdraw.html", bid=bid, form=form, blocked=blocked, has_errors=True)
        return page, 409
    flash("The bid is withdrawn. Thank you for telling us.", "success")
    return redirect(url_for("apply.bid", reference=bid.reference))


def _told_of(bid: Application) -> dict[str, Any]:
    """What a press after the close is told besides: of which bid, when it came, and what stands."""
    return {
        "reference_of_bid": bid.reference,
        "over": f"{bid.title} · {bid.reference}",
        "judged_at": schedule.exactly(clock.now()),
        "was_received": bid.submitted_at is not None,
    }


def _gaps(
    bid: Application, saved: Mapping[str, Saved], files: Files, stated: Sequence[Stated]
) -> Sequence[Gap]:
    """What the bid lacks, and what else is in its way while it is being written."""
    found = tasks.gaps_of(bid, saved, files, stated)
    return (*found, *entering.in_the_way(bid, tasks.values_of(saved))) if bid.state == "draft" else found


def _href(bid: Application, gap: Gap) -> str:
    """The page a gap is put right on: that of its field, or the list of all bids."""
    if not gap.place:
        return url_for("apply.index")
    return tasks.href(bid.reference, gap.place, bid.round.rules, gap.field)


def _is_with_us(bid: Application) -> bool:
    return bid.state != "draft" and bid.submitted_at is not None


def _check_page(
    bid: Application, form: SubmitForm, blockers: tuple[Blocker, ...] = (), reasons: Sequence[str] = ()
) -> str:
    if _is_with_us(bid):
        return received.page(bid, reasons or [ALREADY])
    rules, is_open = bid.round.rules, schedule.takes(bid, clock.now())
    saved, files = queries.answers(bid.id), bid_files.added(bid.id)
    stated = costs.stated_of(bid)
    hidden = showing.hidden(rules.questions, tasks.values_of(saved))
    gaps = [
        {"sentence": gap.sentence, "href": _href(bid, gap), "place": gap.place}
        for gap in _gaps(bid, saved, files, stated)
    ]
    return render_template(
        "apply/check.html",
        bid=bid,
        rules=rules,
        sections=[
            (
                section,
                [
                    tasks.summary_of(bid, rules, each, saved.get(each.key), files.get(each.key, ()))
                    for each in section.questions
                    if each.key not in hidden
                ],
            )
            for section in rules.sections
        ],
        gaps=gaps,
        found=funding_of(rules, stated),
        calculations={
            each.evidence: attached.shown(files.get(each.evidence, ()), shelves.opening_in(bid))
            for each in stated
        },
        asides=filter(None, [tasks.set_aside(rules, saved), *tasks.left_out(stated, files)]),
        missing={gap["place"] for gap in gaps} if is_open else set(),
        money_kinds=MONEY,
        href=lambda place: tasks.href(bid.reference, place, rules) if is_open else "",
        earlier=() if is_open else saved,
        form=form,
        reasons=[*reasons, *(f"{each.reason} {each.remedy}".strip() for each in blockers)],
        is_open=is_open,
        closes=schedule.closes(bid),
        has_errors=bool(form.errors or blockers or reasons),
    )
