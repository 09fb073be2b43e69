"""The forms of a bid sent with anything at all, and addresses of no page: each gets a plain answer."""

import pytest
from werkzeug.datastructures import MultiDict

from tests.web.browsing import token_in
from tests.web.scene import Scene

HOSTILE = (
    "",
    "\x00",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "٣",
    "x" * 60_000,
    "\u202e",
    "../../etc",
    "1,000.005",
    "30 February 2027",
    "=1+1",
)
MANY = [(value, times) for value in ("", "1", "<b>") for times in (2, 4)]
FORMS = {
    "/new": ("title", "organisation", "name", "company_number", "postcode"),
    "/project": ("version", "title", "summary", "theme", "starts_on", "months"),
    "/money": (
        "version",
        "grant_requested",
        "overheads_method",
        "overheads_rd_share",
        "place",
        "add",
        "remove",
        *(f"line_people-0-{name}" for name in ("what", "annual", "days", "rd_share", "rd_type")),
        "line_equipment-0-use",
        "line_travel-0-count",
        "line_subcontract-0-place",
        *(f"match-0-{name}" for name in ("source", "pence", "whose", "form")),
        "overheads_pence",
    ),
    "/money/0/calculation": ("file",),
    "/money/autosave": ("version", "line_people-0-days", "line_people-99999999-what"),
    "/money/totals": ("line_people-0-annual", "line_people-0-days", "line_materials-0-count"),
    "/partners": ("name", "email"),
    "/questions/who_you_are": ("name", "postcode", "authority", "legal_form", "registered_postcode"),
    "/questions/size_and_sites": (
        "year_ended_on",
        "no_accounts",
        "months",
        "staff_count",
        "turnover_pence",
        "gross_assets_pence",
    ),
    "/questions/team": ("version", "answer", "next", "stay"),
    "/submit": ("declarations", "signatory", "key"),
    "/withdraw": ("reason", "sure"),
    "/team/invite": ("email", "part"),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_input_breaks_a_form(scene: Scene, form: str) -> None:
    """Every field with every hostile value, and sent not at all, twice and four times."""
    bid = scene.bid()
    address = "/bids/new?round=FIF7" if form == "/new" else f"{bid}{form}"
    token = token_in(scene.client.get("/account").text)
    for name in FORMS[form]:
        for value, times in [("", 0), *((value, 1) for value in HOSTILE), *MANY]:
            data = MultiDict([("csrf_token", token), *[(name, value)] * times])
            answer = scene.client.post(address, data=data)
            assert answer.status_code in {200, 302, 400, 409, 413}, (name, value[:20], times)
    assert scene.client.get(bid).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/bids?after=abc",
        "/bids?after=-1",
        "/bids?after=99999999999999999999",
        "/bids/new",
        "/bids/new?round=NOPE",
        "/bids/new?round=",
        "/bids/none",
        "/bids/FIF7-0001/questions/nothing",
        "/bids/FIF7-0001/receipt",
        "/bids/FIF7-0001/questions/team?saved=<b>",
        "/bids/FIF7-0001/questions/declarations",
        "/bids/FIF7-0001/questions/costs",
    ],
)
def test_strange_addresses_get_a_plain_answer(scene: Scene, address: str) -> None:
    scene.bid()
    assert scene.client.get(address).status_code in {200, 302, 404}
