"""Where an organisation is paid: its people enter the details, two others verify them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.awards import Award
from fundapp.services import bank_accounts
from fundapp.web.apply.award.claim_forms import BankForm
from fundapp.web.apply.award.claiming import the_award
from fundapp.web.apply.pages import me, pages
from fundapp.web.guards import requires
from workflows.actors import Permission


@pages.route("/<reference>/bank", methods=["GET", "POST"])
@requires(Permission.CLAIM_SUBMIT, the_award, sees=Permission.BID_FOLLOW)
def bank(award: Award) -> ResponseReturnValue:
    """The details in force, by their last digits, and the form that replaces them."""
    form = BankForm()
    if not form.validate_on_submit():
        page = render_template(
            "apply/bank.html", award=award, bid=award.application, form=form, has_errors=bool(form.errors),
            account=bank_accounts.in_force(award.application.organisation_id),
        )  # fmt: skip
        return (page, 400) if form.is_submitted() else page
    bank_accounts.enter(
        award.application.organisation,
        form.account_name.data or "",
        form.sort_code.data or "",
        form.account_number.data or "",
        me(),
    )
    flash("Your bank details are kept. Two people call you back on a number we already have.", "success")
    return redirect(url_for("apply.claims_of_bid", reference=award.application.reference))
