"""Files many bids that arrive complete, as an import does: each as if its lead had sent it in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundapp import clock
from fundapp.bulk import insert_many
from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Answer, Application, Submission
from fundapp.models.funds import Batch, Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import bids, casework, submissions, versions
from fundapp.services.bids import Money, Project
from fundapp.services.versions import Signature
from workflows.actors import GRANTS, Role
from workflows.funds.kinds import Value
from workflows.machine import Request

KEY = "import"


@dataclass(frozen=True, slots=True)
class Filed:
    """One bid that arrives complete: who it is from, what it says, and when it was sent in.

    `bid_ref` and `sha256` are the importing file's own name for the bid and the digest of its row;
    the lead signs unless somebody else is named.
    """

    organisation: Organisation
    lead: Person
    project: Project
    money: Money
    answers: Mapping[str, Value]
    submitted_at: datetime
    bid_ref: str | None = None
    sha256: str | None = None
    signatory: str | None = None


def file_submitted(call: Round, filed: Sequence[Filed], actor: Person) -> list[Application]:
    """File complete bids in the caller's transaction, a few statements for all of them.

    Each becomes a bid in state “submitted” with its answers, one frozen version, two events (the
    actor acting for the lead) and what the rulebook promises. Completeness is the caller's to check:
    the rulebook is asked about the round, the amount and the instant, and raises `Blocked`.
    """
    if not filed:
        return []
    made = _numbered(call, filed)
    filed_versions = [_version(bid, each) for bid, each in zip(made, filed, strict=True)]
    digests = {bid.reference: version["sha256"] for bid, version in zip(made, filed_versions, strict=True)}
    award = call.rules.award
    amounts = (award.least_pence, award.most_pence)
    casework.file_all(
        [_arrival(bid, each, amounts) for bid, each in zip(made, filed, strict=True)],
        "submit",
        actor,
        lambda bid: submissions.receipt_of(bid, 1, digests[bid.reference]),
    )
    for bid, version in zip(made, filed_versions, strict=True):
        version["application_id"] = bid.id
    db.session.execute(insert_many(Submission, filed_versions))
    answers = [row for bid, each in zip(made, filed, strict=True) for row in _answers(bid, each)]
    if answers:
        db.session.execute(insert_many(Answer, answers))
    return made


def _numbered(call: Round, filed: Sequence[Filed]) -> list[Application]:
    first = bids.take_numbers(call, len(filed))
    cut_offs = submissions.cut_offs_of(call) if call.closes_at is None else []
    return [_bid(call, each, first + index, cut_offs) for index, each in enumerate(filed)]


def _bid(call: Round, filed: Filed, number: int, cut_offs: Sequence[Batch]) -> Application:
    bid = bids.draft_of(call, filed.organisation, filed.lead, filed.project, filed.money)
    bids.number_from(bid, number)
    bid.bid_ref, bid.import_sha256 = filed.bid_ref, filed.sha256
    bid.submitted_at, bid.closes_at = filed.submitted_at, call.closes_at
    bid.batch_id = next((batch.id for batch in cut_offs if batch.cut_off_at > filed.submitted_at), None)
    return bid


def _arrival(bid: Application, filed: Filed, amounts: tuple[int, int]) -> casework.Arrival:
    known = {"gaps": (), "amount_range_pence": amounts, "declared": True}
    request = Request(GRANTS[Role.APPLICANT], filed.submitted_at, filed.lead.id, known)
    return casework.Arrival(bid, request, bids.opening_facts(bid), filed.lead.id)


def _version(bid: Application, filed: Filed) -> dict[str, Any]:
    answers = dict(sorted(filed.answers.items()))
    content = versions.content_of(bid, 1, answers, Signature(_signatory(filed), ()))
    return {
        "number": 1,
        "key": KEY,
        "content": content,
        "sha256": sha256_of(content),
        "submitted_at": filed.submitted_at,
        "submitted_by_id": filed.lead.id,
        "signatory": _signatory(filed),
    }


def _signatory(filed: Filed) -> str:
    return filed.signatory or filed.lead.name


def _answers(bid: Application, filed: Filed) -> Iterator[dict[str, Any]]:
    for question, value in filed.answers.items():
        yield {
            "application_id": bid.id,
            "question": question,
            "value": value,
            "version": 1,
            "begun_at": clock.now(),
            "saved_at": clock.now(),
            "saved_by_id": filed.lead.id,
        }
