"""The mail the application has written: the delivery itself where no mail server is configured."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.access import held_by
from fundapp.models.messages import ACCOUNT_MAIL, Message
from fundapp.queries import mailbox as queries
from fundapp.web import sessions
from fundapp.web.admin.pages import pages
from fundapp.web.guards import requires
from workflows.actors import Permission

READ = Permission.MESSAGE_READ


def one(number: int) -> Message | None:
    """The mail an address names."""
    return queries.by_id(number)


@pages.get("/messages")
@requires(READ)
def messages() -> ResponseReturnValue:
    """Every mail, the latest first; those that sign people in only for administrators."""
    address = request.args.get("to", "").strip().lower()
    page = queries.page(
        with_accounts=Permission.PERSON_MANAGE in held_by(sessions.person()),
        address=address,
        before=request.args.get("before", type=int),
    )
    more = url_for("admin.messages", to=address or None, before=page.last) if page.last else ""
    return render_template("admin/messages.html", page=page, address=address, more=more)


@pages.get("/messages/<int:number>")
@requires(READ, one)
def message(mail: Message) -> ResponseReturnValue:
    """One mail as it was written; a link that signs somebody in is shown only where this is its delivery."""
    hidden = mail.case_kind == ACCOUNT_MAIL and mail.delivery != "local"
    return render_template("admin/message.html", mail=mail, hidden=hidden)
