"""What an applicant says of the organisation: who it is, where it is, how large it is in which year."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask_wtf import FlaskForm

from fundapp import clock
from fundapp.models.organisations import SizeFacts
from fundapp.services.organisations import Details, Place
from fundapp.services.size_facts import Said
from fundapp.web.fields import (
    CheckField,
    CompanyNumberField,
    LineField,
    LondonDateField,
    MoneyField,
    OneOfField,
    PickField,
    PostcodeField,
    WholeNumberField,
)
from workflows.funds.pinned import Pinned
from workflows.rules import sizes
from workflows.rules.identifiers import whereabouts
from workflows.rules.organisation_kinds import ANOTHER, LEGAL_FORMS, SECTORS

MOST_PEOPLE = 10_000_000
YEAR_OR_NONE = "Enter the day its last year of accounts ended, or tick that it has no accounts yet"
YEAR_AND_NONE = "Leave this empty if it has no accounts yet, or take the tick away"


class OrganisationForm(FlaskForm):  # type: ignore[misc]
    """A firm that has no record yet, or is thought to have none."""

    name = LineField("Name of the organisation", required="Enter the name of the organisation", most=200)
    company_number = CompanyNumberField(
        "Company number",
        hint="8 characters, from Companies House. Leave it empty if the organisation has none",
    )
    postcode = PostcodeField(
        "Postcode where it works", hint="For example, L3 1BP", required="Enter the postcode where it works"
    )

    def details(self) -> Details:
        """What was written, as the office keeps it."""
        return Details(
            name=self.name.data or "",
            company_number=self.company_number.data,
            postcode=self.postcode.data,
        )


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """What the organisation of a bid is, where it works, and where it is registered."""

    name = LineField("Name of the organisation", required="Enter the name of the organisation", most=200)
    legal_form = OneOfField("What kind of organisation is it?", required="Choose the kind of organisation")
    sector = PickField(
        "Which sector does it work in?",
        hint="The one most of its work is in, by the UK’s Standard Industrial Classification",
        required="Choose the sector",
    )
    postcode = PostcodeField("Postcode where it works", required="Enter the postcode where it works")
    authority = OneOfField(
        "Which district is that in?",
        hint="Where it has its place of work, or does most of its work in the city region",
        required="Choose the district",
    )
    registered_postcode = PostcodeField(
        "Postcode of its registered office", hint="Leave it empty if it is registered nowhere"
    )

    OUTSIDE = "outside"
    saved: Place

    @classmethod
    def offering(cls, rules: Pinned, place: Place, **how: Any) -> "PlaceForm":
        """The form offering the fund's districts and none of them, filled with what is saved.

        The kind and the sector are asked where the round goes by them, among all there are: the record is
        one for every fund. Beside each saved postcode stands the district it hints at; the one that is
        chosen counts.
        """
        form = cls(obj=place, **how)
        form.saved = place
        form.authority.choices = [(each.key, each.name) for each in rules.authorities]
        form.authority.choices.append((cls.OUTSIDE, "None of these"))
        form.legal_form.choices = [*LEGAL_FORMS.items(), (ANOTHER, "Another kind")]
        form.sector.choices = [("", "Choose a sector"), *SECTORS.items(), (ANOTHER, "Another sector")]
        if not rules.eligibility.legal_forms:
            del form.legal_form
        if not rules.eligibility.sectors:
            del form.sector
        for field, saved in (
            (form.postcode, place.postcode),
            (form.registered_postcode, place.registered_postcode),
        ):
            if saved:
                field.description = f"{saved} is {whereabouts(saved)}"
        return form

    def place(self) -> Place:
        """What was written, as the office keeps it; what is not asked here stays as it is saved."""
        written = {field.name: field.data for field in self if field.name in Place.__slots__}
        return replace(self.saved, **written | {"name": self.name.data or ""})


class SizeForm(FlaskForm):  # type: ignore[misc]
    """How large the organisation is, its whole group counted, in which year."""

    year_ended_on = LondonDateField(
        "When did its last year of accounts end?", hint="For example, 31 3 2026. All figures are of that year"
    )
    no_accounts = CheckField("It has no accounts yet")
    months = WholeNumberField(
        "How many months do those accounts cover?",
        hint="Leave it empty for a full year of 12 months",
        least=1,
        biggest=sizes.LONGEST_ACCOUNTS,
    )
    staff_count = WholeNumberField(
        "How many people work there?",
        hint="Full-time equivalents, your whole group counted",
        required="Enter how many people work there",
        biggest=MOST_PEOPLE,
    )
    turnover_pence = MoneyField(
        "What was its turnover in that year?",
        hint="Enter 0 if it has not traded yet",
        required="Enter its turnover, or 0",
    )
    gross_assets_pence = MoneyField(
        "What are its gross assets?",
        hint="Everything it owns, before debts, at the end of that year",
        required="Enter its gross assets, or 0",
    )

    @classmethod
    def of(cls, said: Said | SizeFacts | None, **how: Any) -> "SizeForm":
        """The form filled with what is saved; a full year of accounts is an empty box."""
        form = cls(obj=said, **how)
        if form.months.raw_data is None and form.months.data == sizes.YEAR:
            form.months.data = None
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, and that there is a year or there are no accounts."""
        fits = super().validate(extra_validators)
        wrong = "" if self.year_ended_on.errors else self._wrong_with_year(self.year_ended_on.data)
        if wrong:
            self.year_ended_on.errors = [wrong]
        return bool(fits and not wrong)

    def said(self) -> Said:
        """What was written, as the office keeps it."""
        return Said(
            staff_count=self.staff_count.data,
            turnover_pence=self.turnover_pence.data,
            gross_assets_pence=self.gross_assets_pence.data,
            year_ended_on=self.year_ended_on.data,
            months=self.months.data or sizes.YEAR,
            no_accounts=bool(self.no_accounts.data),
        )

    def _wrong_with_year(self, ended_on: date | None) -> str:
        if ended_on is None:
            return "" if self.no_accounts.data else YEAR_OR_NONE
        if self.no_accounts.data:
            return YEAR_AND_NONE
        return sizes.wrong_with_year(ended_on, clock.in_london(clock.now()).date())
