"""Nothing a person writes can reach out of a letter: markup comes back as text, and nothing is fetched."""

import threading
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from bs4 import BeautifulSoup

from fundapp.letters.catalog import LetterKind
from fundapp.letters.contents import Contents
from fundapp.letters.facts import freeze
from fundapp.letters.press import RenderRefused
from fundapp.letters.render import compose
from tests.factories import letters as sample
from tests.letters.reading import kind_of, print_apart, printed, running_text
from tests.letters.structure import findings, tags

NOT_FREE_TEXT = frozenset({"code", "check_address", "instrument"})
VECTORS = (
    '<img src="{url}">',
    '<img srcset="{url} 2x">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import "{url}";</style>',
    "<style>@font-face{{font-family:x;src:url({url})}}*{{font-family:x}}</style>",
    '<p style="background:url({url})">x</p>',
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">x</a>',
    '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}'/></svg>\">",
    '<object data="{url}"></object>',
    '<embed src="{url}">',
    '<iframe src="{url}"></iframe>',
    '<base href="{url}"><img src="x.png">',
    '<ul style="list-style-image:url({url})"><li>x</ul>',
    "<style>p::before{{content:url({url})}}</style><p>x</p>",
    '<img src="file:///etc/hostname">',
    '<link rel="attachment" href="file:///etc/passwd">',
    "<style>@font-face{{font-family:x;src:url(file:///etc/hostname)}}</style>",
    '<svg><use href="{url}#a"/></svg>',
    '<input type="image" src="{url}">',
    '<p style="border-image:url({url}) 1;border:1px solid">x</p>',
    '<table background="{url}"><tr><td>x</table>',
    '<meta http-equiv="refresh" content="0;url={url}">',
)


class Listener:
    """A server that notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Notes(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the standard library's
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Notes)
        self.url = f"http://127.0.0.1:{self.server.server_port}/seen"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    thread = threading.Thread(target=listening.server.serve_forever, daemon=True)
    thread.start()
    yield listening
    listening.server.shutdown()
    thread.join()
    listening.server.server_close()


def _written_into(contents: Contents, texts: list[str], start: int) -> Contents:
    """The same letter with a hostile text in every field a person may write in, beginning at `start`."""
    taken = iter(range(start, start + 10_000))

    def written(value: Any, name: str) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            kept = {field.name: written(getattr(value, field.name), field.name) for field in fields(value)}
            return replace(value, **kept)
        if isinstance(value, tuple):
            return tuple(written(item, name) for item in value)
        if isinstance(value, str) and value and name not in NOT_FREE_TEXT:
            return texts[next(taken) % len(texts)]
        return value

    filled: Contents = written(contents, "")
    return filled


def _skeleton(kind: LetterKind, contents: Contents) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a letter's HTML and their attributes' names, without any text."""
    soup = BeautifulSoup(compose(kind, freeze(contents)).html, "html.parser")
    return [(element.name, tuple(element.attrs)) for element in soup.find_all(True)]


PLAIN = pytest.mark.parametrize(
    "contents", sample.every_kind(sample.PLAIN), ids=lambda letter: kind_of(letter).key
)


@PLAIN
def test_no_vector_in_any_field_becomes_an_element(contents: Contents) -> None:
    kind = kind_of(contents)
    texts = [vector.format(url="http://127.0.0.1:9/x") for vector in VECTORS]
    expected = _skeleton(kind, _written_into(contents, ["inert"], 0))
    for start in range(len(texts)):
        assert _skeleton(kind, _written_into(contents, texts, start)) == expected


@PLAIN
def test_letters_full_of_vectors_print_and_ask_for_nothing(contents: Contents, listener: Listener) -> None:
    texts = [vector.format(url=listener.url) for vector in VECTORS]
    for start in range(0, len(texts), 8):
        assert findings(printed(_written_into(contents, texts, start)).pdf) == []
    assert listener.asked == []


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_that_got_past_the_template_would_reach_nothing(vector: str, listener: Listener) -> None:
    html = f"<!doctype html><html lang=en-GB><title>x</title><h1>x</h1>{vector.format(url=listener.url)}"
    refused = ""
    try:
        printed_letter = print_apart(html, {})
    except RenderRefused as refusal:
        refused = str(refusal)
    else:
        assert b"/EmbeddedFile" not in printed_letter.pdf
        assert b"/FileAttachment" not in printed_letter.pdf
    assert listener.asked == []
    assert refused == "" or refused.startswith("the letter asked for 1 foreign things: [")


def test_a_swallowed_denial_still_refuses_the_letter() -> None:
    with pytest.raises(RenderRefused, match=r"http://funds\.example/x"):
        print_apart(
            '<svg width="9" height="9"><image href="http://funds.example/x" width="9" height="9"/></svg>', {}
        )


def test_markup_comes_back_as_the_text_it_is() -> None:
    reader = next(reader for reader in sample.READERS if reader.key == "markup")
    hostile, plain = printed(sample.decline(reader)).pdf, printed(sample.decline()).pdf
    text = "".join(running_text(hostile).split())
    for said in (reader.name, reader.organisation, reader.project, reader.words, *reader.address):
        assert "".join(said.split()) in text
    for tag in ("H1", "H2", "H3", "Figure", "Table"):
        assert tags(hostile).count(tag) == tags(plain).count(tag)
