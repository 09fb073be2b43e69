"""Letters as they were made: rows that are only added, so what was sent can always be shown again.

A letter's release, its voiding and its acceptance are rows of their own. What the letter says stands in a
side row, so that a person can be erased later while the letter's hashes stay.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model

_SHA256 = "'^[0-9a-f]{64}$'"


class Letter(Model):
    """One letter: what made it, where its bytes are kept, and the hashes that prove them."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("kind", "application_id", "event_id"),
        UniqueConstraint("kind", "application_id", "number"),
        CheckConstraint("number >= 1", "number_from_one"),
        CheckConstraint("code ~ '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'", "code_form"),
        CheckConstraint(f"facts_sha256 ~ {_SHA256}", "facts_sha256_form"),
        CheckConstraint(f"pdf_sha256 ~ {_SHA256}", "pdf_sha256_form"),
        CheckConstraint("pdf_size > 0 AND pages > 0", "not_empty"),
        CheckConstraint("replaces_id <> id", "not_its_own_replacement"),
        Index(None, "application_id", "id"),
        Index(None, "award_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), unique=True)
    template_version: Mapped[str]
    facts_sha256: Mapped[str]
    pdf_sha256: Mapped[str]
    pdf_size: Mapped[int]
    pages: Mapped[int]
    storage_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]

    facts: Mapped[LetterFacts | None] = relationship(back_populates="letter")
    release: Mapped[LetterRelease | None] = relationship(back_populates="letter")
    void: Mapped[LetterVoid | None] = relationship(back_populates="letter")
    acceptance: Mapped[LetterAcceptance | None] = relationship(back_populates="letter")
    replaces: Mapped[Letter | None] = relationship(remote_side="Letter.id")


class LetterFacts(Model):
    """What a letter says, frozen: the one row about a letter that erasure may delete."""

    __tablename__ = "letter_facts"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    body: Mapped[dict[str, Any]]

    letter: Mapped[Letter] = relationship(back_populates="facts")


class LetterRelease(Model):
    """A second person let a letter go, and from when its reader may see it.

    Nobody is named where the law itself says what the letter states and when it is given.
    """

    __tablename__ = "letter_releases"
    __table_args__ = (CheckConstraint("visible_from >= released_at", "visible_after_release"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[datetime]
    visible_from: Mapped[datetime] = mapped_column(index=True)

    letter: Mapped[Letter] = relationship(back_populates="release")


class LetterVoid(Model):
    """A letter that no longer counts, and why; a signature on it is refused."""

    __tablename__ = "letter_voids"
    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", "reason_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)
    reason: Mapped[str]
    voided_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    voided_at: Mapped[datetime]

    letter: Mapped[Letter] = relationship(back_populates="void")


class LetterAcceptance(Model):
    """The named signatory said yes, to exactly these bytes."""

    __tablename__ = "letter_acceptances"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", "name_given"),
        CheckConstraint(f"pdf_sha256 ~ {_SHA256}", "pdf_sha256_form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    accepted_at: Mapped[datetime]
    pdf_sha256: Mapped[str]

    letter: Mapped[Letter] = relationship(back_populates="acceptance")
