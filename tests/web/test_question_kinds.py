"""A question of every kind on its page: hostile input is answered beside it and kept, sound input travels."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as some
from sqlalchemy import select
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application, Submission
from fundapp.queries import bids as queries
from tests.factories import bids as factory
from tests.factories.forms import every_kind
from tests.stages import Stages
from tests.web.browsing import send, signed_in
from workflows.funds import kinds
from workflows.funds.definition import Question, ShownIf

FEW = how(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOSTILE = some.text(max_size=300) | some.sampled_from(
    ["\x00", "\u202eabc", "=cmd|' /C calc'!A0", "1,000.005", "-1", "NaN", "Infinity", "1e999",
     "\ud800", "30", "February", "2027", "9" * 20, "<script>alert(1)</script>", "\r\n", "🙂" * 50]
)  # fmt: skip
KINDS = [each for each in every_kind().questions if each.kind in kinds.ANSWERED]


def draft_of_every_kind() -> int:
    return factory.lead_of_draft(every_kind())


class Scene:
    def __init__(self, app: Flask, lead_id: int) -> None:
        with app.app_context():
            bid = db.session.scalars(select(Application)).one()
            self.bid_id, self.lead_id, self.bid = bid.id, lead_id, f"/bids/{bid.reference}"
        self.app, self.client = app, signed_in(app, lead_id)

    def page(self, key: str) -> str:
        return f"{self.bid}/questions/{key}"

    def version(self, key: str) -> int:
        with self.app.app_context():
            saved = db.session.get(Answer, (self.bid_id, key))
            return saved.version if saved else 0

    def post(self, key: str, *texts: str, **press: str) -> TestResponse:
        data = {"version": str(self.version(key)), "answer": list(texts), **press}
        return send(self.client, self.page(key), data, page=self.page("motto"))


@pytest.fixture
def scene(app: Flask, stages: Stages) -> Scene:
    return Scene(app, stages.copied("draft_of_every_kind", draft_of_every_kind))


def soup(page: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(page.text, "html.parser")


def said(page: TestResponse) -> str:
    return " ".join(soup(page).get_text(" ").split())


def typed_in(page: TestResponse) -> list[str]:
    return [str(box.get("value", "")) for box in soup(page).select("main input[name=answer]")]


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("share", ["1,000.005"], "Enter a number with at most 2 decimal places"),
        ("share", ["NaN"], "Enter a number, like 12.5"),
        ("price", ["-5"], "Enter an amount in pounds, like 25,000 or 25,000.50"),
        ("begun", ["30", "February", "2027"], "There is no such day: enter a real date, like 23 11 2026"),
        ("place", ["=1+1"], "Enter a full UK postcode, like L3 1BP"),
        (
            "parent",
            ["\u200f1234567890"],
            "Enter the 8 characters of a company number, like 01234567 or SC123456",
        ),
    ],
)
def test_what_cannot_be_read_stands_there_again_with_its_message(
    scene: Scene, key: str, typed: list[str], sentence: str
) -> None:
    answer = scene.post(key, *typed, next="1")
    message = soup(answer).select_one(".govuk-error-message")
    assert (answer.status_code, typed_in(answer)) == (400, typed)
    assert message is not None
    assert " ".join(message.get_text().split()) == f"Error: {sentence}"
    assert "It is kept as you typed it." in said(answer)
    again = scene.client.get(scene.page(key))
    assert (again.status_code, typed_in(again), f"Error: {sentence}" in said(again)) == (200, typed, True)
    assert f"“Label of {key}”: {sentence}." in said(scene.client.get(f"{scene.bid}/check"))


def test_a_day_that_is_kept_stands_in_its_boxes_when_its_page_is_opened_again(scene: Scene) -> None:
    assert scene.post("begun", "01", "April", "2027", next="1").status_code == 302
    again = scene.client.get(scene.page("begun"))
    assert (again.status_code, typed_in(again)) == (200, ["1", "4", "2027"])


@pytest.mark.parametrize("key", [each.key for each in KINDS])
def test_ten_megabytes_and_hidden_signs_are_refused_beside_the_field(scene: Scene, key: str) -> None:
    long = scene.post(key, "x" * 900_000)
    hidden = scene.post(key, "a\x00b", "1", "2027")
    assert {long.status_code, hidden.status_code} <= {302, 400}
    assert "There is a problem" in said(hidden)
    assert scene.version(key) == 0
    assert scene.client.post(scene.page(key), data=b"answer=" + b"x" * 10_000_000).status_code in {400, 413}


@FEW
@given(question=some.sampled_from(KINDS), texts=some.lists(HOSTILE, max_size=4), script=some.booleans())
def test_no_input_breaks_a_page(scene: Scene, question: Question, texts: list[str], *, script: bool) -> None:
    sendable = [text.encode("utf-8", "replace").decode() for text in texts]
    address = scene.page(question.key) + ("/autosave" if script else "")
    data = {"version": str(scene.version(question.key)), "answer": sendable}
    answer = send(scene.client, address, data, page=scene.page("motto"))
    assert answer.status_code in {200, 302, 400}
    if answer.status_code == 400 and not script:
        assert "There is a problem" in said(answer)
    assert scene.client.get(f"{scene.bid}/check").status_code == 200


def test_every_kind_travels_from_its_page_to_the_frozen_version(scene: Scene) -> None:
    sent = {
        "motto": ["Keep it dry"], "story": ["One.\r\nTwo."], "trading": ["yes"], "stage": ["built"],
        "tested_by": ["By us."], "fields": ["air", "sea"], "county": ["m"], "share": ["4.5"],
        "price": ["£25"], "begun": ["1", "4", "2027"], "place": ["l31bp"], "parent": ["1234567"],
    }  # fmt: skip
    with scene.app.app_context():
        bid = db.session.get_one(Application, scene.bid_id)
        factory.complete(bid, bid.lead)
    for key, texts in sent.items():
        assert scene.post(key, *texts, next="1").status_code == 302
    told = send(
        scene.client, f"{scene.page('price')}/autosave",
        {"version": str(scene.version("price")), "answer": ["26"]}, page=scene.page("price"),
    )  # fmt: skip
    assert (told.status_code, told.json["version"]) == (200, scene.version("price"))  # type: ignore[index]
    check = said(scene.client.get(f"{scene.bid}/check"))
    for words in (
        "Keep it dry",
        "Built",
        "By us.",
        "Sea Air",
        "Merseyside",
        "4.5 tonnes",
        "£26",
        "1 April 2027",
        "L3 1BP",
        "01234567",
    ):
        assert words in check
    with scene.app.app_context():
        bid = db.session.get_one(Application, scene.bid_id)
        factory.send_in(bid, bid.lead)
        content = db.session.query(Submission).one().content["answers"]
        assert {key: content[key] for key in ("stage", "fields", "share", "price", "begun")} == {
            "stage": {"choice": "built"},
            "fields": {"choices": ["sea", "air"]},
            "share": {"number": "4.5"},
            "price": {"pence": 2_600},
            "begun": {"date": "2027-04-01"},
        }


# What is typed on each page; no other page of the bid has cause to say any of it.
MARKS = {
    **{each.key: [f"mark of {each.key}"] for each in KINDS if each.kind in {"text", "short_text"}},
    "milestones": ["mark of milestones", "1", "5", "2027", "Film"],
    "steps": ["mark of steps", "1", "5", "2027", "Film"],
    "assistance": ["54,321"],
    "jobs": ["978.5"],
    "share": ["98.76"],
    "price": ["3,987"],
    "received": ["65,432"],
    "place": ["CH62 3NX"],
    "parent": ["SC987654"],
}


def test_the_page_of_a_question_is_loaded_with_its_own_answer_and_no_other(scene: Scene) -> None:
    for key, typed in {"stage": ["built"], "funded_before": ["yes"], **MARKS}.items():
        assert scene.post(key, *typed, next="1").status_code == 302
    pages = {key: scene.client.get(scene.page(key)).text for key in MARKS}
    shown = {key: [each for each in MARKS if MARKS[each][0] in page] for key, page in pages.items()}
    assert shown == {key: [key] for key in MARKS}


def test_a_deciding_answer_opens_a_question_and_puts_it_aside_again_without_losing_it(scene: Scene) -> None:
    closed = scene.client.get(scene.page("tested_by"), follow_redirects=True)
    assert "Asked only if you answer “Built” to “Label of stage”" in said(closed)
    assert "Label of tested_by" not in said(scene.client.get(f"{scene.bid}/check"))
    assert scene.post("stage", "built", next="1").location == scene.page("tested_by")
    scene.post("tested_by", "Kept words.")
    aside = "Not asked with your answers: “Label of tested_by”. What you wrote there is kept"
    assert aside not in said(scene.client.get(scene.page("stage")))
    told = send(
        scene.client, f"{scene.page('stage')}/autosave", {"version": "1", "answer": ["idea"]},
        page=scene.page("stage"),
    )  # fmt: skip
    assert str(told.json["aside"]).startswith(aside)  # type: ignore[index]
    assert aside in said(scene.client.get(scene.page("stage")))
    check = said(scene.client.get(f"{scene.bid}/check"))
    assert (aside in check, "Kept words." in check) == (True, False)
    with scene.app.app_context():
        bid = db.session.get_one(Application, scene.bid_id)
        factory.complete(bid, bid.lead)
        factory.send_in(bid, bid.lead)
        assert "tested_by" not in db.session.query(Submission).one().content["answers"]
        assert queries.answers(scene.bid_id)["tested_by"].value == {"text": "Kept words."}


def test_milestones_are_added_and_removed_without_script_and_nothing_typed_is_lost(scene: Scene) -> None:
    first, second = ["Rig runs", "1", "5", "2027", "Film"], ["Sold", "31", "6", "2027", ""]
    added = scene.post("steps", *first, add="1")
    assert added.location == f"{scene.page('steps')}?rows=2#rows"
    assert typed_in(scene.client.get(added.location)) == [*first, *[""] * 5]
    wrong = scene.post("steps", *first, *second, next="1")
    assert (wrong.status_code, typed_in(wrong)) == (400, [*first, *second])
    messages = [" ".join(each.get_text().split()) for each in soup(wrong).select(".govuk-error-message")]
    assert messages == ["Error: There is no such day: enter a real date, like 23 11 2026"]
    removed = scene.post("steps", *first, *second, remove="0")
    assert typed_in(scene.client.get(removed.location)) == second
    scene.post("steps", *second, *first, remove="0")
    with scene.app.app_context():
        kept = {"rows": [{"name": "Rig runs", "date": "2027-05-01", "shown_by": "Film"}]}
        assert queries.answers(scene.bid_id)["steps"].value == kept


KEPT = "<p>It is kept as you typed it. You can put it right later; the bid cannot be sent before that.</p>"
NOT_YET = '<p class="govuk-error-message">You can save it like this, but not submit it. {}</p>'
NO_SUCH_DAY = "There is no such day: enter a real date, like 23 11 2026"


@pytest.mark.parametrize(
    ("key", "typed", "mistakes", "standing"),
    [
        ("share", ["NaN"], {"answer": "Enter a number, like 12.5"}, KEPT),
        ("share", ["-6"], {"answer": "Enter at least -5"}, KEPT),
        ("begun", ["30", "2", "2027"], {"answer": NO_SUCH_DAY}, KEPT),
        ("share", ["4.5"], {}, ""),
        ("motto", ["Six words for a short motto"], {}, NOT_YET.format("7 characters over. Shorten it.")),
        (
            "steps",
            [*[""] * 5, "Rig runs", "30", "2", "2027", "", "x" * 201, *[""] * 4],
            {"answer-2-day": NO_SUCH_DAY, "answer-3-name": "1 character over; each text may have 200"},
            KEPT,
        ),
        ("steps", ["Rig runs", "1", "5", "2027", ""], {}, KEPT),
        ("steps", ["Rig runs", "1", "5", "2027", "Film"], {}, NOT_YET.format("List at least 2 milestones.")),
    ],
)
def test_a_script_is_told_beside_which_box_to_say_what_is_kept_and_cannot_be_sent(
    scene: Scene, key: str, typed: list[str], mistakes: dict[str, str], standing: str
) -> None:
    told = send(
        scene.client, f"{scene.page(key)}/autosave", {"version": "0", "answer": typed},
        page=scene.page("motto"),
    )  # fmt: skip
    assert (told.status_code, scene.version(key)) == (200, 1)
    assert told.json is not None
    assert (told.json["mistakes"], told.json["parts"]) == (mistakes, {"standing": standing})
    shown = soup(scene.client.get(scene.page(key))).select_one("[data-part=standing]")
    assert shown is not None
    assert shown.decode_contents().strip() == standing


def test_files_that_are_not_asked_for_lead_back_to_the_tasks(app: Flask, database: None) -> None:
    fund = every_kind()
    last, documents = fund.sections[-1], next(each for each in fund.questions if each.files)
    plans = replace(documents, key="plans", label="Plans", shown_if=(ShownIf("stage", ("built",)),))
    asked = replace(last, questions=(*last.questions, plans))
    with app.app_context():
        lead = factory.lead_of_draft(replace(fund, sections=(*fund.sections[:-1], asked)))
    scene = Scene(app, lead)
    closed = scene.client.get(f"{scene.page('plans')}/files", follow_redirects=True)
    assert "Asked only if you answer “Built” to “Label of stage”: “Plans”" in said(closed)
    scene.post("stage", "built")
    page = scene.client.get(f"{scene.page('plans')}/files")
    assert (page.status_code, "Plans" in said(page)) == (200, True)
