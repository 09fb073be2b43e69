"""The forms of a page and the boxes somebody types in: filled soundly, spoilt, and read in the answer."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.access.browsers import Browser
from workflows.rules.words import shown, tidy

# What is written in a box that its page leaves empty, by the last part of its id.
SOUND: Mapping[str, str] = {
    "account_name": "Owner Ltd",
    "account_number": "86420975",
    "email": "somebody@elsewhere.example",
    "gross": "1,000",
    "invoice_number": "INV-2",
    "name": "Orla Owner",
    "net": "1,000",
    "password": "tidal gantry pelican",
    "postcode": "L3 1BP",
    "rd_share": "80",
    "reference": "FIF10-0002",
    "sha256": "0" * 64,
    "signatory": "Orla Owner",
    "sort_code": "00-00-00",
    "staff_count": "14",
    "supplier": "Quay Metals",
    "title": "Tide sensors",
    "turnover_pence": "900,000",
    "gross_assets_pence": "200,000",
    "words": "May the work begin in May?",
}
CHOSEN: Mapping[str, str] = {
    "any": "yes",
    "one_lead_bid": "no",
    "organisation": "new",
    "overheads_method": "calculated",
}
TICKED = ("agree", "declarations", "sure", "true")
TYPED = ("email", "password", "tel", "text", "textarea")
# What is taken here is shown again as a sum, as a day in words, or by its last digits.
SUMMED_OR_SEALED = re.compile(
    r"received-\d+-.*|costs-\d+-(.*_on-.*|net|vat|rd_share)|sort_code|account_number"
)
TOO_MUCH = "That is too much to send at once"
ROWS_TO_COPY = re.compile(r"<template.*?</template>", re.DOTALL)
KEPT_ON_THE_PAGE = "your text is still on the page"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a form: the id of its box, the name it is sent by, and what stands in it."""

    box: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form filled soundly, on the page where somebody has it before them."""

    where: str
    browser: Browser
    action: str
    method: str
    values: tuple[Value, ...]
    boxes: tuple[str, ...]
    secrets: frozenset[str]

    @property
    def path(self) -> str:
        """The page it is sent to."""
        return self.action.partition("?")[0]

    @property
    def onward(self) -> str:
        """The address that a form leads to which only asks."""
        pairs = urlencode([(value.name, value.text) for value in self.values])
        return f"{self.path}?{pairs}" if self.method == "get" else ""

    @property
    def days(self) -> list[tuple[str, ...]]:
        """The three boxes of every date."""
        stems = [box.removesuffix("-day") for box in self.boxes if box.endswith("-day")]
        return [tuple(f"{stem}-{part}" for part in ("day", "month", "year")) for stem in stems]

    def send(self, typed: Mapping[str, str]) -> TestResponse:
        """The answer to the form with these texts in these boxes."""
        pairs = [(value.name, typed.get(value.box, value.text)) for value in self.values]
        body = urlencode(pairs)
        headers = {"Cookie": self.browser.cookie}
        if self.method == "get":
            client = self.browser.client
            return client.get(self.path, query_string=body, headers=headers, follow_redirects=True)
        kind = "application/x-www-form-urlencoded"
        return self.browser.client.post(self.action, data=body, content_type=kind, headers=headers)

    def wrong_with(self, typed: Mapping[str, str], unseen: Callable[[], Sequence[str]]) -> str:
        """Send these texts, and say what is wrong with the answer; empty when nothing is.

        `unseen` tells the texts that are kept where whoever typed them reads them on no page.
        """
        answer = self.send(typed)
        if answer.status_code == 413:
            return "" if TOO_MUCH in answer.text and KEPT_ON_THE_PAGE in answer.text else "413 alone"
        if answer.status_code in {400, 409}:
            faults = (self._wrong_in(answer, box, text) for box, text in typed.items())
            return next(filter(None, faults), "")
        if answer.status_code in {200, 302, 404}:
            pages, kept = self._shown_after(answer), unseen()
            lost = [
                box
                for box, text in typed.items()
                if plain(text) not in kept and not self._stands(pages, box, text)
            ]
            return f"{answer.status_code}, and nowhere shows what stood in {lost}" if lost else ""
        return f"{answer.status_code}"

    def _wrong_in(self, answer: TestResponse, box: str, text: str) -> str:
        """What is wrong with a refusal: a text that can be read may break a rule of the whole form."""
        page = read(answer)
        found = page.find(id=box)
        if not isinstance(found, Tag):
            return "refused on a page without the box"
        is_of_the_whole = box in self.secrets or answer.status_code == 409
        if not said_beside(page, found) and not (is_of_the_whole and said_anywhere(page)):
            return "no message beside the box"
        kept, wanted = plain(text_in(found)), "" if box in self.secrets else plain(text)
        return "" if kept == wanted else f"the box now holds {kept[:40]!r} ({len(kept)})"

    def _shown_after(self, answer: TestResponse) -> list[BeautifulSoup]:
        """Where an answer that takes the texts leads, and the page of the form opened again."""
        if not answer.location:
            return [read(answer)]
        is_here = answer.location.partition("?")[0] == self.where.partition("?")[0]
        places = [self.where] if is_here else [answer.location, self.where]
        return [read(self.browser.ask("GET", place)) for place in places]

    def _stands(self, pages: list[BeautifulSoup], box: str, text: str) -> bool:
        """Whether a text that was taken is shown: in its box, in its usual form, or in words."""
        wanted = plain(text)
        if not wanted or box in self.secrets or SUMMED_OR_SEALED.fullmatch(box):
            return True
        boxes = [found for page in pages if isinstance(found := page.find(id=box), Tag)]
        return any(same(wanted, plain(text_in(found))) for found in boxes) or any(
            wanted in each for page in pages for each in texts_of(page)
        )


def sheets_on(page: BeautifulSoup, where: str, browser: Browser, day: date) -> Iterator[Sheet]:
    """Every form of a page, filled soundly: with this day where a date is asked for."""
    sound = {**SOUND, "day": str(day.day), "month": str(day.month), "year": str(day.year)}
    for form in page.find_all("form"):
        boxes = [each for each in _parts(form) if _kind(each) in TYPED]
        yield Sheet(
            where, browser, urljoin(where, str(form.get("action") or where)),
            str(form.get("method", "get")).lower(),
            tuple(_values(form, sound)), tuple(map(_id, boxes)),
            frozenset(_id(each) for each in boxes if _kind(each) == "password"),
        )  # fmt: skip


def read(answer: TestResponse) -> BeautifulSoup:
    """The page of an answer, without what stands above it and the rows its script copies."""
    return BeautifulSoup(ROWS_TO_COPY.sub("", answer.text[answer.text.find("<main") :]), "html.parser")


def text_in(box: Tag) -> str:
    """What stands in a box."""
    return box.get_text() if box.name == "textarea" else str(box.get("value", ""))


def said_beside(page: BeautifulSoup, box: Tag) -> bool:
    """Whether a message is said with a box: it or the group it stands in is described by one."""
    around = [box, *box.find_parents(["fieldset", "div"])]
    named = [name for each in around for name in str(each.get("aria-describedby", "")).split()]
    said = (page.find(id=name) for name in named)
    return any(isinstance(each, Tag) and "govuk-error-message" in each.get("class", []) for each in said)


def said_anywhere(page: BeautifulSoup) -> bool:
    """Whether the page begins with what is wrong."""
    return page.select_one(".govuk-error-summary") is not None


def plain(text: str) -> str:
    """A text without what may be taken out of it: hidden signs, and more space than one."""
    return " ".join(tidy(shown(text, " ")).split())


def same(typed: str, kept: str) -> bool:
    """Whether what is kept is what was typed, in the usual form of a number, a postcode or an address."""
    if typed == kept or "".join(typed.split()).casefold() == "".join(kept.split()).casefold():
        return True
    return _number(typed) is not None and _number(typed) == _number(kept)


def texts_of(page: BeautifulSoup) -> list[str]:
    """All a page says: its words, and what its boxes hold."""
    return [plain(page.get_text(" ")), *(plain(text_in(each)) for each in page.find_all("input"))]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal("".join(sign for sign in text if sign not in "£%, "))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _values(form: Tag, sound: Mapping[str, str]) -> Iterator[Value]:
    """What a browser would send of a form that somebody has filled in, without the press."""
    chosen: set[str] = set()
    for part in _parts(form):
        name = str(part["name"])
        if _kind(part) != "radio" or name not in chosen:
            chosen.add(name)
            yield from (Value(_id(part), name, text) for text in _filled(form, part, sound))


def _filled(form: Tag, part: Tag, sound: Mapping[str, str]) -> list[str]:
    """What a part of a form is sent with; nothing for a tick that is not needed, and for a file."""
    match _kind(part):
        case "radio":
            name = str(part["name"])
            return [CHOSEN.get(name) or _checked(form, name) or str(part["value"])]
        case "checkbox":
            return [str(part["value"])] if part["name"] in TICKED else []
        case "select":
            return [_picked(part)]
        case "hidden":
            return [text_in(part)]
        case kind:
            return [text_in(part).strip() or _in(sound, _id(part))] if kind in TYPED else []


def _parts(form: Tag) -> list[Tag]:
    return [each for each in form.find_all(["input", "select", "textarea"]) if each.get("name")]


def _kind(part: Tag) -> str:
    return str(part.get("type", "text")) if part.name == "input" else str(part.name)


def _id(part: Tag) -> str:
    return str(part.get("id") or part["name"])


def _in(sound: Mapping[str, str], box: str) -> str:
    return sound.get(box.rpartition("-")[2], "")


def _checked(form: Tag, name: str) -> str:
    found = form.find("input", attrs={"name": name, "checked": True})
    return str(found["value"]) if isinstance(found, Tag) else ""


def _picked(part: Tag) -> str:
    options = part.find_all("option")
    chosen = [each for each in options if each.has_attr("selected") and each["value"]]
    return str([*chosen, *(each for each in options if each["value"])][0]["value"])
