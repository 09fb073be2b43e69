"""A version of a bid: everything it says, as canonical JSON under a SHA-256, fixed once it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fundapp import clock
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Application, Submission
from fundapp.models.bid_files import BidFile
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries import bid_files
from fundapp.services import bids, costs
from fundapp.services.answers import answers_of
from workflows.funds import showing
from workflows.funds.costing import funding_of
from workflows.funds.kinds import Value
from workflows.rules.cost_sheets import as_data
from workflows.rules.funding import Part, Stated


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs a bid, and what they declare, by key and in order."""

    signatory: str
    declarations: tuple[str, ...]


def content_of(
    bid: Application,
    number: int,
    answers: Mapping[str, Any],
    signed: Signature,
    stated: Sequence[Stated] = (),
    files: bids.Files = bids.NO_FILES,
) -> dict[str, Any]:
    """Everything a version of a bid says, as the JSON its SHA-256 is taken over.

    `answers` are those of `values_of`; `files` are all of the bid, of which the costs take their own.
    """
    call, firm = bid.round, bid.organisation
    project = asdict(bids.project_of(bid)) | asdict(bids.money_of(bid))
    return {
        "reference": bid.reference,
        "version": number,
        "round": call.ref,
        "terms_sha256": call.terms_sha256,
        "form": {"number": call.form_version.number, "sha256": call.form_version.sha256},
        "organisation": {
            "id": firm.id,
            "name": firm.name,
            "company_number": firm.company_number,
            "postcode": firm.postcode,
            "authority": firm.authority,
            "legal_form": firm.legal_form,
            "sector": firm.sector,
            "registered_postcode": firm.registered_postcode,
            "year_ended_on": firm.year_ended_on.isoformat() if firm.year_ended_on else None,
            "staff_count": firm.staff_count,
            "turnover_pence": firm.turnover_pence,
            "gross_assets_pence": firm.gross_assets_pence,
        },
        "project": project | {"starts_on": bid.starts_on.isoformat() if bid.starts_on else None},
        "answers": dict(answers),
        "costs": [_frozen(part, files) for part in funding_of(call.rules, stated).parts],
        "declarations": list(signed.declarations),
        "signatory": signed.signatory,
    }


def draft_content(bid: Application) -> dict[str, Any]:
    """What is saved of a bid now, in the form a version would have: number nought, and nobody has signed."""
    answers = {question: answer.value for question, answer in answers_of(bid).items()}
    files = bid_files.added(bid.id)
    values = values_of(bid.round, answers, files)
    return content_of(bid, 0, values, Signature("", ()), costs.stated_of(bid), files)


def freeze(bid: Application, content: dict[str, Any], *, number: int, key: str, actor: Person) -> Submission:
    """A version of a bid that nothing changes any more, not yet in the session."""
    return Submission(
        application_id=bid.id,
        number=number,
        key=key,
        content=content,
        sha256=sha256_of(content),
        submitted_at=clock.now(),
        submitted_by_id=actor.id,
        signatory=content["signatory"],
    )


def values_of(call: Round, answers: Mapping[str, Value], files: bids.Files) -> dict[str, Any]:
    """What a bid answers by question, as a version keeps it: an answer, or the files that are one.

    What is not asked with these answers stays with the draft and goes into no version.
    """
    named = {
        key: {"files": [_named(each) for each in added]}
        for key, added in files.items()
        if call.rules.question(key) is not None
    }
    hidden = showing.hidden(call.rules.questions, answers)
    return {key: value for key, value in sorted((dict(answers) | named).items()) if key not in hidden}


def _frozen(part: Part, files: bids.Files) -> dict[str, Any]:
    """The sheet of one organisation with what each line comes to, and the calculation it has to show."""
    stated = part.stated
    shown = files.get(stated.evidence, ()) if stated.sheet.overheads.is_calculated else ()
    frozen = {
        "number": stated.number,
        "name": stated.name,
        "size": stated.size,
        "rate_bp": part.rate_bp,
        "sheet": as_data(replace(stated.sheet, overheads=stated.sheet.overheads.as_counted)),
        "amounts_pence": list(part.worked.amounts),
        "overheads_pence": part.worked.overheads_pence,
        "costs_pence": part.worked.costs_pence,
        "payable_pence": part.payable_pence,
    }
    return frozen | ({"files": [_named(each) for each in shown]} if shown else {})


def _named(file: BidFile) -> dict[str, Any]:
    """A file as a version names it for ever."""
    return {
        "id": file.id,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "pages": file.pages,
        "sha256": file.sha256,
    }
