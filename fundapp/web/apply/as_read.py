"""A bid as its assessors read it, for the people who write it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import assessments, bid_files
from fundapp.services import versions
from fundapp.web import attached
from fundapp.web.apply.files import shelves
from fundapp.web.apply.pages import own, pages
from fundapp.web.assess import screen
from fundapp.web.guards import requires
from workflows.actors import Permission


@pages.get("/<reference>/as-read")
@requires(Permission.BID_FOLLOW, own)
def as_read(bid: Application) -> ResponseReturnValue:
    """A draft as it is saved now, or what was sent in: the very page an assessor has beside the marks."""
    rules, opening = bid.round.rules, shelves.opening_in(bid)
    submission = None if bid.state == "draft" else assessments.latest_submission(bid.id)
    if submission:
        content, files = submission.content, attached.of_version(submission, opening)
    else:
        content = versions.draft_content(bid)
        files = {key: attached.shown(each, opening) for key, each in bid_files.added(bid.id).items()}
    return render_template(
        "apply/as_read.html",
        bid=bid,
        rules=rules,
        submission=submission,
        parts=screen.parts_of(rules, content, files),
        found=screen.funding_in(rules, content),
        files=files,
        names={criterion.key: criterion.name for criterion in rules.criteria},
    )
