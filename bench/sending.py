"""Measures how many bids a second are received over HTTP: judged, frozen, hashed, chained, receipted."""

import html
import re
from collections.abc import Callable, Sequence

from bench import fetching, ground
from bench.drafting import Draft
from bench.ground import Ground
from bench.measuring import Call, Outcome, drive

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LONGEST = 120.0


def calls(address: str, drafts: Sequence[Draft], cookie: Callable[[int], str]) -> list[Call]:
    """One press for each draft, by its lead, with the form token of the lead's own session."""
    cookies = {lead_id: cookie(lead_id) for lead_id in {draft.lead_id for draft in drafts}}
    firsts = {draft.lead_id: draft for draft in reversed(drafts)}
    tokens = {lead: _token(address, firsts[lead].reference, cookies[lead]) for lead in cookies}
    return [
        Call(
            f"/bids/{draft.reference}/submit",
            cookies[draft.lead_id],
            {
                "csrf_token": tokens[draft.lead_id],
                "key": f"bench-{draft.reference}",
                "signatory": draft.lead_name,
                "declarations": list(draft.declarations),
            },
            key=draft.reference,
        )
        for draft in _shuffled(drafts)
    ]


def measure(place: Ground, drafts: Sequence[Draft]) -> dict[str, float]:
    """Send every draft in over eight connections; all of them must be received."""
    with ground.web(place):
        with place.app().app_context():
            presses = calls(place.settings.bind, drafts, ground.cookie_of)
        outcome = drive(f"http://{place.settings.bind}", iter(presses), seconds=LONGEST)
    insist_all(outcome, len(drafts))
    return {
        "submit_per_second": outcome.rate,
        "submit_p50_ms": outcome.p50 * 1000,
        "submit_p95_ms": outcome.p95 * 1000,
    }


def insist_all(outcome: Outcome, wanted: int) -> None:
    """Raise unless every press was answered with its receipt."""
    if outcome.statuses != {302: wanted}:
        raise RuntimeError(f"{wanted} bids were sent in and answered with {dict(outcome.statuses)}")


def _shuffled(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of all leads by turns, as they would come."""
    by_lead: dict[int, list[Draft]] = {}
    for draft in drafts:
        by_lead.setdefault(draft.lead_id, []).append(draft)
    longest = max((len(each) for each in by_lead.values()), default=0)
    return [each[turn] for turn in range(longest) for each in by_lead.values() if turn < len(each)]


def _token(address: str, reference: str, cookie: str) -> str:
    page = fetching.get(address, f"/bids/{reference}/check", cookie).body.decode()
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError(f"the page that sends {reference} in has no form token")
    return html.unescape(found.group(1))
