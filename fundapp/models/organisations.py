"""Organisations that apply for money, and the people who act for them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.people import Person


class Organisation(Model):
    """A firm: one record however many people or bids it has.

    `name_key` is the normalised name that lists sort by; `authority` is the ONS code of the district
    its trading postcode lies in, `legal_form` and `sector` are keys of the rulebook's kinds; all three are
    nothing while nobody has said. The figures of its size are those of the latest year in `size_facts`,
    `incorporated_on` and `company_status` what Companies House said when it last found the company, kept
    here for all who read them.
    """

    case_kind: ClassVar[str] = "organisation"

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("company_number ~ '^[A-Z0-9]{8}$'", name="company_number_well_formed"),
        CheckConstraint("name <> ''", name="name_given"),
        Index("ix_organisations_name_prefix", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    company_number: Mapped[str | None] = mapped_column(unique=True)
    postcode: Mapped[str | None]
    authority: Mapped[str | None] = mapped_column(index=True)
    legal_form: Mapped[str | None]
    sector: Mapped[str | None]
    registered_postcode: Mapped[str | None]
    year_ended_on: Mapped[date | None]
    staff_count: Mapped[int | None]
    turnover_pence: Mapped[int | None]
    gross_assets_pence: Mapped[int | None]
    incorporated_on: Mapped[date | None]
    company_status: Mapped[str | None]
    created_at: Mapped[datetime]


class Membership(Model):
    """A person acts for an organisation, from a time until a time."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()


class MembershipRequest(Model):
    """Somebody asks to act for an organisation that others act for already, until one of these answers."""

    __tablename__ = "membership_requests"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (let_in IS NULL)", name="answered_yes_or_no"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"),
        Index(
            "uq_membership_requests_open",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_membership_requests_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    let_in: Mapped[bool | None]

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class SizeFacts(Model):
    """What was said of an organisation's size in one year of accounts; rows are only ever added.

    A correction is a new row of the same year, and the latest counts; one without any figure takes the
    year back. Without a year the figures are of no accounts, or whoever gave them named none. `verified`
    says that somebody of the office has compared them with the accounts that were filed.
    """

    __tablename__ = "size_facts"
    __table_args__ = (
        CheckConstraint("NOT (no_accounts AND year_ended_on IS NOT NULL)", name="a_year_has_accounts"),
        CheckConstraint("months BETWEEN 1 AND 18", name="months_of_accounts"),
        CheckConstraint("staff_count >= 0", name="staff_not_negative"),
        CheckConstraint("source IN ('stated', 'companies_house')", name="source_known"),
        CheckConstraint("NOT verified OR source <> 'stated'", name="verified_by_a_source"),
        Index("ix_size_facts_organisation_id_year_ended_on_id", "organisation_id", "year_ended_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    year_ended_on: Mapped[date | None]
    no_accounts: Mapped[bool] = mapped_column(default=False)
    months: Mapped[int] = mapped_column(default=12)
    staff_count: Mapped[int | None]
    turnover_pence: Mapped[int | None]
    gross_assets_pence: Mapped[int | None]
    source: Mapped[str] = mapped_column(default="stated")
    verified: Mapped[bool] = mapped_column(default=False)
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime]

    said_by: Mapped[Person | None] = relationship()


class CompanyFacts(Model):
    """What Companies House answered when it was asked about an organisation; rows are only ever added.

    The latest counts. Only an answer that found the company says anything of it.
    """

    __tablename__ = "company_facts"
    __table_args__ = (
        CheckConstraint("outcome IN ('found', 'not_found', 'unreachable')", name="outcome_known"),
        CheckConstraint("(outcome = 'found') = (name IS NOT NULL)", name="found_by_name"),
        Index("ix_company_facts_organisation_id_id", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    asked_at: Mapped[datetime]
    outcome: Mapped[str]
    name: Mapped[str | None]
    status: Mapped[str | None]
    registered_postcode: Mapped[str | None]
    incorporated_on: Mapped[date | None]
    sic_codes: Mapped[list[Any]] = mapped_column(default=list)

    @property
    def is_verified(self) -> bool:
        """Whether the company is known to be the one its number names."""
        return self.outcome == "found"
