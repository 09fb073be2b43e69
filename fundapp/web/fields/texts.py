"""Boxes for words: a line, a long answer with a word limit, a password."""

from collections.abc import Sequence
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovPasswordInput, GovTextArea

from fundapp.web.fields.written import WrittenField
from workflows.rules import words


class LineField(WrittenField[str]):
    """One line of text."""

    def read(self, text: str) -> str:
        """The text as it is, with single spaces."""
        return " ".join(text.split())


class CountedArea(GovCharacterCount):  # type: ignore[misc]
    """A text area with the counter of the design system under it, of words or of characters."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the limit and the height to what the component gets."""
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)
        params.setdefault("rows", field.rows)
        if field.words:
            params.setdefault("maxwords", field.words)
        else:
            params.setdefault("maxlength", field.characters)
        return params


class PlainArea(GovTextArea):  # type: ignore[misc]
    """A text area for words without a limit."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the height to what the component gets."""
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)
        params.setdefault("rows", field.rows)
        return params


class LongTextField(WrittenField[str]):
    """An answer of many lines. One over its word limit is kept and says by how much.

    With `strict` it is refused instead; nothing is ever cut.
    """

    many_lines = True
    most = 50_000

    def __init__(
        self, label: str = "", *, words: int | None = None, rows: int = 8, strict: bool = False, **others: Any
    ) -> None:
        super().__init__(label, **others)
        self.rows = rows
        self.strict = strict
        self.limit_to(words)

    def limit_to(self, words: int | None) -> None:
        """Set the word limit, with its counter under the box; nothing for no limit."""
        self.words = words
        self.characters: int | None = None
        self.widget = CountedArea() if words else PlainArea()

    def read(self, text: str) -> str:
        """The text as it is; over its limit only where that may be kept."""
        if self.strict and words.over(text, self.words):
            raise ValueError(self.over_in_words(text))
        return text

    @property
    def over(self) -> int:
        """How many words the answer has too many."""
        return words.over(self.data or "", self.words)

    def over_in_words(self, text: str) -> str:
        """What to say of a text over its limit."""
        extra = words.over(text, self.words)
        plural = "" if extra == 1 else "s"
        return f"This is {extra:,} word{plural} over the limit of {self.words:,}: shorten it by that much"


class SecretField(WrittenField[str]):
    """A password: any characters, never shown again, never trimmed or shortened."""

    widget = GovPasswordInput()
    most = 128

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the first value exactly as it was typed."""
        sent = valuelist[0] if valuelist and isinstance(valuelist[0], str) else ""
        self.data = sent or None
        if len(sent) > self.most:
            raise ValueError(f"Use at most {self.most} characters")
        if "\x00" in sent or any("\ud800" <= sign <= "\udfff" for sign in sent):
            raise ValueError("This holds a character no keyboard can type: type it again")

    def _value(self) -> str:
        return ""
