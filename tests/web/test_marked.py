"""Long answers with marks wherever they are shown; nothing hostile in them becomes more than text."""

import io
import re

import pikepdf
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as some
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.bid_papers import PrintedBid
from fundapp.services import answers, assessment, assignment, bid_printing, submissions, triage
from tests.factories import people, reading
from tests.factories import region as made
from tests.factories.bids import DECLARED
from tests.factories.outbox import work_off
from tests.letters.reading import running_text
from tests.letters.structure import findings, tags
from tests.web.browsing import signed_in, token_in

FEW = how(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAFE = {"strong", "ul", "ol", "li", "a", "p", "h2", "section", "div"}
MARKED = (
    'Why **now**:\n- dock <b>gates</b>\n- **see [the plan](https://plan.example/a?b=1&c="x) or '
    "[ours](https://plan.example/a?b=1&c='2')**\n3. third\n7. seventh\n[x](javascript:alert(1)) **open"
    "\n\u200fright to left"
)
BROKEN = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7 * 7 }} ]]> --> &amp;"
HOSTILE = some.lists(
    some.sampled_from(
        [BROKEN, "**", "- ", "1. ", "\n", "[", "](https://x)", "](https://x'onclick='a)", "](javascript:a)",
         '"', "\u200f", "a"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


class Scene:
    """A bid whose answer was changed to one with marks and sent in anew, and who looks at it."""

    def __init__(self, app: Flask) -> None:
        region = made.invent_region()
        bid = made.apply(region, made.open_round(region, made.install(region)), 1)
        self.app, self.bid_id, self.reference = app, bid.id, bid.reference
        self.lead = signed_in(app, bid.lead_id)
        submissions.reopen(bid, bid.lead)
        answers.save(bid, "problem", {"text": f"{MARKED}\n{BROKEN}"}, 1, bid.lead)
        self.page = f"/bids/{bid.reference}/questions/problem"

    def autosave(self, text: str, version: int) -> TestResponse:
        data = {
            "csrf_token": token_in(self.lead.get(self.page).text),
            "answer": text,
            "version": str(version),
        }
        return self.lead.post(f"{self.page}/autosave", data=data, headers={"Accept": "application/json"})

    def send_in(self) -> Application:
        bid = db.session.get_one(Application, self.bid_id)
        submissions.submit(bid, key="again", signatory="L. Lead", declared=list(DECLARED), actor=bid.lead)
        return bid


@pytest.fixture
def scene(app: Flask, database: None) -> Scene:
    with app.app_context():
        return Scene(app)


def reads_right(page: TestResponse) -> bool:
    """The marks of the answer are elements, once, and nothing else in it is."""
    soup = BeautifulSoup(page.text, "html.parser")
    place = next(each for each in soup.select(".app-prose") if "Why now" in each.get_text())
    links = [(each.get_text(), each["href"], each["rel"]) for each in place.select("a")]
    assert [each.get_text() for each in place.select("ul > li")] == [
        "dock <b>gates</b>",
        'see [the plan](https://plan.example/a?b=1&c="x) or ours',
    ]
    assert [(each.get_text(), each["value"]) for each in place.select("ol > li")] == [
        ("third", "3"),
        ("seventh", "7"),
    ]
    assert links == [("ours", "https://plan.example/a?b=1&c='2'", ["nofollow", "noopener", "noreferrer"])]
    assert place.select_one("strong") is not None
    assert {each.name for each in place.find_all(True)} <= SAFE
    lines = [each.get_text() for each in place.select("p")]
    assert lines == ["Why now:", "[x](javascript:alert(1)) **open", "\u200fright to left", BROKEN]
    return True


def test_marks_are_read_the_same_by_everybody_and_on_paper(app: Flask, scene: Scene) -> None:
    assert reads_right(scene.lead.get(scene.page))
    assert reads_right(scene.lead.get(f"/bids/{scene.reference}/check"))
    history = BeautifulSoup(scene.lead.get(f"{scene.page}/history").text, "html.parser")
    quoted = [each.get_text() for each in history.select(".app-quoted")]
    assert quoted[0] == f"{MARKED}\n{BROKEN}", "a comparison shows what was typed"
    with app.app_context():
        bid = scene.send_in()
        version = db.session.query(Submission).filter_by(application_id=bid.id, number=2).one()
        bid_printing.ask(version)
        work_off()
        paper = bid_printing.open_pdf(db.session.query(PrintedBid).one())
        assert version.content["answers"]["problem"] == {"text": f"{MARKED}\n{BROKEN}"}
    assert reads_right(scene.lead.get(f"/bids/{scene.reference}/receipt"))
    assert findings(paper) == []
    _is_tagged(paper)
    with app.app_context():
        made.pass_time(days=31)
        bid = db.session.get_one(Application, scene.bid_id)
        call, officer = bid.round, people.officer("Second Officer")
        triage.take_up_all(call, officer)
        triage.accept(bid, officer, findings=reading.all_met(bid))
        assignment.propose(call, officer)
        assignment.invite_all(call, officer)
        one = reading.readings(bid)[0]
        assessment.accept(one, one.assessor)
        one_id, assessor_id, officer_id = one.id, one.assessor_id, officer.id
    office = signed_in(app, officer_id).get(f"/office/bids/{scene.reference}/answers")
    assert reads_right(office)
    assert "What it said before" in office.text
    assert reads_right(signed_in(app, assessor_id).get(f"/assess/{one_id}"))


def _is_tagged(paper: bytes) -> None:
    """Lists and links are what they are to a screen reader too; on paper a link’s address can be read."""
    said = running_text(paper)
    for words in (
        "dock <b>gates</b>", "third seventh", "3. 7.",
        "[x](javascript:alert(1)) **open", "<script>alert(1)</script>",
    ):  # fmt: skip
        assert words in said
    assert "ours(https://plan.example/a?b=1&c='2')" in said.replace(" ", ""), "it may go over a line's end"
    found = tags(paper)
    lists = "".join({"L": "(", "LI": "i"}.get(tag, " ") for tag in found)
    assert len(re.findall(r"\( *i *i", lists.replace(" ", ""))) >= 2
    assert found.count("Link") >= 1
    with pikepdf.open(io.BytesIO(paper)) as file:
        led = {str(note.A.URI) for page in file.pages for note in page.get("/Annots", [])}
    assert led == {"https://plan.example/a?b=1&c='2'"}


@FEW
@given(text=HOSTILE)
def test_no_text_becomes_more_than_its_marks(scene: Scene, text: str) -> None:
    with scene.app.app_context():
        version = answers.answers_of(db.session.get_one(Application, scene.bid_id))["problem"].version
    saved = scene.autosave(text, version)
    assert saved.status_code == 200
    preview = BeautifulSoup(dict(saved.json or {})["preview"], "html.parser")
    assert {each.name for each in preview.find_all(True)} <= SAFE
    for each in preview.find_all(True):
        assert set(each.attrs) <= {"class", "value", "href", "rel", "id", "aria-labelledby"}
        assert each.get("href", "https://x").startswith("https://x")
    page = scene.lead.get(scene.page)
    (box,) = BeautifulSoup(page.text, "html.parser").select("textarea")
    assert (page.status_code, box.get_text().strip("\r\n")) == (200, text.strip())
    assert BROKEN not in page.text


def test_ten_megabytes_of_marks_are_refused_and_fifty_thousand_signs_are_read(scene: Scene) -> None:
    assert scene.autosave("**a** [b](https://x)\n- " * 500_000, 2).status_code in {400, 413}
    longest = "\n".join(["- **a** [b](https://x) *"] * 2_000)
    assert 49_000 < len(longest) <= 50_000
    saved = scene.autosave(longest, 2)
    assert saved.status_code == 200
    assert dict(saved.json or {})["preview"].count("<li>") == 2_000
