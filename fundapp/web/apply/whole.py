"""Everything of a bid as one file: what its pages show whoever asks, and nothing that they do not."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from fundapp import clock
from fundapp.access import Held
from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.letters import Letter
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.queries import bids, keeping, teams
from fundapp.services import casework, versions
from fundapp.web.apply import promises, told
from fundapp.web.apply.award import reckoned
from fundapp.web.apply.outcome import NAMES, Outcome, outcome_of
from fundapp.web.apply.partners import partners_in
from workflows.rules.funding import Part
from workflows.team import NAMES as PARTS

# The states in which something is written that no version says yet.
WRITTEN_IN = ("draft", "clarification")
Values = dict[str, Any]


def of(bid: Application, reader: Person, held: Held) -> Values:
    """Everything of a bid that this person may see now, part by part, as plain values.

    Amounts are in pence, shares in basis points and marks in hundredths, as their names say, and sizes in
    bytes; days and instants are ISO 8601, the latter in UTC. Outcome, award and letters are nothing until
    the answer is out. `held` is what the person holds on the bid: claims are there only for those whom
    their pages let in.
    """
    found = outcome_of(bid) if promises.is_answered(bid) else None
    parts = {
        "as_at": clock.now(),
        **_head(bid, found),
        **_written(bid),
        "files": [_file(each) for each in keeping.files(bid.id)],
        "timeline": _timeline(bid),
        "clarifications": list(_clarified(bid)),
        "outcome": found and _outcome(found),
        "award": found and found.award and reckoned.award(found.award, held),
        "letters": [_letter(each) for each in found.letters] if found else [],
        "messages": [_message(each) for each in keeping.messages(bid, reader.id)],
        "team": _team(bid),
        "partners": [_partner(each) for each in partners_in(bid)],
    }
    return {name: _plain(part) for name, part in parts.items()}


def _head(bid: Application, found: Outcome | None) -> Values:
    machine = casework.machine_of(bid)
    state = machine.state(promises.shown_state(bid, machine)).public_name
    return {
        "reference": bid.reference,
        "fund": bid.round.fund.name,
        "round": bid.round.title,
        "organisation": bid.organisation.name,
        "title": bid.title,
        "state": told.KINDS[found.award.state][1] if found and found.award else state,
        "begun_at": bid.created_at,
        "sent_in_at": bid.submitted_at,
    }


def _written(bid: Application) -> Values:
    """What is saved and not sent in, what was so when an earlier version went forward, and what was sent."""
    return {
        "draft": versions.draft_content(bid) if bid.state in WRITTEN_IN else None,
        "not_sent_in": keeping.unsent(bid.id),
        "versions": [
            _picked(each, "number", "submitted_at", "signatory", "sha256", "content")
            for each in keeping.contents(bid.id)
        ],
    }


def _file(file: BidFile) -> Values:
    return _picked(file, "question", "name", "type", "size", "pages", "sha256", "added_at", "removed_at")


def _timeline(bid: Application) -> Any:
    happened = () if bid.state == "draft" else bids.history(bid.id)
    dates = promises.promised(bid, promises.cut_off_of(bid)).later(promises.days_waited(happened))
    return promises.steps(bid, casework.machine_of(bid), happened, dates)


def _clarified(bid: Application) -> Iterator[Values]:
    labels = {each.key: each.label for each in bid.round.rules.questions}
    for each in keeping.clarified(bid.id):
        asked = [{"key": key, "label": labels.get(key, key)} for key in each.questions]
        yield asdict(each) | {"questions": asked}


def _outcome(found: Outcome) -> Values:
    return {
        "decision": found.told.title,
        "reason": found.reason,
        "why_the_award_ended": found.ended,
        "assessors": found.assessors,
        "score_hundredths": found.total,
        "round_average_hundredths": found.average,
        "lowest_funded_hundredths": found.lowest,
        "criteria": [
            {
                "name": each.name,
                "weight_bp": each.weight,
                "mark_hundredths": each.score,
                "round_average_hundredths": each.average,
                "highest_hundredths": each.highest,
                "comment": each.comment,
            }
            for each in found.results
        ],
    }


def _letter(letter: Letter) -> Values:
    return {
        "name": NAMES[letter.kind],
        "code": letter.code,
        "visible_from": letter.release and letter.release.visible_from,
        "is_void": letter.void is not None,
        "size": letter.pdf_size,
        "sha256": letter.pdf_sha256,
    }


def _message(message: Message) -> Values:
    return {"at": message.created_at, "subject": message.subject, "words": message.body_text}


def _team(bid: Application) -> Values:
    offer = teams.open_offer(bid.id)
    return {
        "members": [
            _picked(each, "name", "email", "since") | {"part": PARTS[each.part]}
            for each in teams.team_of(bid)
        ],
        "invitations": [
            _picked(each, "email", "expires_at") | {"part": PARTS[each.part]}
            for each in teams.invitations_of(bid.id)
        ],
        "lead_offered_to": offer and offer.to.name,
    }


def _partner(part: Part) -> Values:
    return {
        "name": part.stated.name,
        "costs_pence": part.worked.costs_pence,
        "payable_pence": part.payable_pence,
    }


def _picked(thing: object, *names: str) -> Values:
    return {name: getattr(thing, name) for name in names}


def _plain(value: Any) -> Any:
    """A value as JSON has it: days and instants in words, whatever holds others gone through."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
