"""What an applicant writes: who they are, one answer, the project, the money, and the signature."""

from collections.abc import Iterable
from typing import cast

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from fundapp.services.bids import Project
from fundapp.services.organisations import Details
from fundapp.web.apply.answer_fields import AnswerField, field_of
from fundapp.web.fields import (
    CheckField,
    CompanyNumberField,
    EmailField,
    LineField,
    LondonDateField,
    LongTextField,
    ManyOfField,
    MoneyField,
    OneOfField,
    PercentField,
    PostcodeField,
    WholeNumberField,
)
from workflows.funds.completeness import LONGEST_SUMMARY, LONGEST_TITLE
from workflows.funds.definition import Named, Question
from workflows.funds.kinds import NOTHING, Value, boxes
from workflows.funds.pinned import Pinned
from workflows.rules.declarations import DECLARATIONS
from workflows.team import MEANINGS

NEW = "new"
LONGEST_PROJECT = 60
MOST_PEOPLE = 10_000_000


def version_sent() -> int:
    """The version of what the person had read, as their page sent it; nought where it sent none."""
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


class StartForm(FlaskForm):  # type: ignore[misc]
    """Which organisation applies, and what the project is called."""

    title = LineField(
        "What is the project called?",
        hint="You can change this later. It is public if the bid is funded",
        required="Give the project a title",
        most=LONGEST_TITLE,
    )
    organisation = OneOfField("Which organisation applies?", required="Choose the organisation that applies")

    @classmethod
    def among(cls, organisations: Iterable[tuple[int, str]]) -> "StartForm":
        """The form offering the organisations this person already acts for, and a new one."""
        form = cls()
        form.organisation.choices = [(str(number), name) for number, name in organisations]
        form.organisation.choices.append((NEW, "Another organisation"))
        return form


class FilesForm(FlaskForm):  # type: ignore[misc]
    """The files chosen for a question; what they are is judged by their content, one by one."""

    file = MultipleFileField("Files to add", widget=GovFileInput(multiple=True))


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A file about to be sent in pieces, as the person's machine describes it."""

    filename = LineField("Name", most=1_000)
    size = WholeNumberField("Size", required="This file is empty", biggest=10**12)
    modified = WholeNumberField("Last changed", biggest=10**15)


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
    """Where the organisation of a bid works."""

    name = LineField("Name of the organisation", required="Enter the name of the organisation", most=200)
    postcode = PostcodeField("Postcode where it works", required="Enter the postcode where it works")
    authority = OneOfField(
        "Which district is that in?",
        hint="Where it has its place of work, or does most of its work in the city region",
        required="Choose the district",
    )

    OUTSIDE = "outside"

    @classmethod
    def offering(cls, authorities: Iterable[Named], **values: object) -> "PlaceForm":
        """The form offering the fund's districts, and none of them."""
        form = cls(**values)
        form.authority.choices = [(place.key, place.name) for place in authorities]
        form.authority.choices.append((cls.OUTSIDE, "None of these"))
        return form


class SizeForm(FlaskForm):  # type: ignore[misc]
    """How large the organisation is, its whole group counted."""

    staff_count = WholeNumberField(
        "How many people work there?",
        hint="Full-time equivalents, your whole group counted",
        required="Enter how many people work there",
        biggest=MOST_PEOPLE,
    )
    turnover_pence = MoneyField(
        "What was its turnover in the last full year?",
        hint="Enter 0 if it has not traded yet",
        required="Enter its turnover, or 0",
    )
    gross_assets_pence = MoneyField(
        "What are its gross assets?",
        hint="Everything it owns, before debts, at the end of that year",
        required="Enter its gross assets, or 0",
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """One answer. What cannot be read yet, or is over its limit, is kept; it only cannot be sent in."""

    answer: AnswerField

    @classmethod
    def to(cls, question: Question, value: Value = NOTHING) -> "AnswerForm":
        """The form under this question, as it was sent; else with what is kept in its boxes, and judged."""
        form_class = type(cls.__name__, (cls,), {"answer": field_of(question)})
        if request.method == "POST":
            return cast("AnswerForm", form_class())
        texts = MultiDict([("answer", text) for text in boxes(question, value)])
        form = form_class(formdata=texts)
        form.answer.validate(form)
        return cast("AnswerForm", form)


class ProjectForm(FlaskForm):  # type: ignore[misc]
    """The project in a few words: title, summary, theme, when and how long."""

    title = LineField("Title", required="Give the project a title", most=LONGEST_TITLE)
    summary = LongTextField(
        "Summary for everybody",
        hint="What you will do, for whom, in words anybody understands. It is public if the bid is funded",
        words=LONGEST_SUMMARY,
        rows=5,
        most=5_000,
    )
    theme = OneOfField("Which theme does it fit best?")
    starts_on = LondonDateField("When would it start?", hint="For example, 1 4 2027. After the day you hear")
    months = WholeNumberField(
        "How many months would it take?", least=1, biggest=LONGEST_PROJECT, hint=f"1 to {LONGEST_PROJECT}"
    )

    @classmethod
    def of(cls, rules: Pinned, project: Project) -> "ProjectForm":
        """The form with the round's themes, filled with what is saved."""
        form = cls(
            title=project.title,
            summary=project.summary,
            theme=project.theme,
            starts_on=project.starts_on,
            months=project.months,
        )
        form.theme.choices = [(theme.key, theme.name) for theme in rules.themes]
        return form


class MoneyForm(FlaskForm):  # type: ignore[misc]
    """What the project costs, what is asked for, and who pays the rest."""

    total_cost = MoneyField("What will the project cost?", hint="All of it, without VAT you can recover")
    grant_requested = MoneyField("How much do you ask for?")
    match_funding = MoneyField("How much do you and others pay?", hint="Your own money and other funders’")
    rd_share = PercentField(
        "How much of the cost is research and development?",
        hint="Work whose outcome nobody can know beforehand. Routine testing, marketing and training are not",
    )

    @classmethod
    def of(cls, project: Project) -> "MoneyForm":
        """The form filled with what is saved; figures never given stay empty."""
        is_new = not project.total_cost_pence
        return cls(
            total_cost=project.total_cost_pence or None,
            grant_requested=project.grant_requested_pence or None,
            match_funding=None if is_new else project.match_funding_pence,
            rd_share=None if is_new else project.rd_share_bp,
        )


class SubmitForm(FlaskForm):  # type: ignore[misc]
    """The signature under a bid: every declaration ticked, and who signs."""

    declarations = ManyOfField("I declare that", choices=DECLARATIONS.items())
    signatory = LineField(
        "Full name of the person who signs",
        hint="Somebody who may commit the organisation",
        required="Enter the name of the person who signs",
        most=120,
    )
    key = LineField("Key", required="Open this page again and send it once more", most=64)

    def validate_declarations(self, field: ManyOfField) -> None:
        """Every one of them, or the bid is not signed."""
        if set(field.data or ()) != set(DECLARATIONS):
            raise ValidationError("Tick every declaration: the bid cannot be sent in without them")


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """The last word on a bid."""

    reason = LongTextField("Why do you withdraw it?", hint="You need not say", rows=3, most=2_000)
    sure = CheckField(
        "Yes, withdraw this bid. I know that this cannot be undone",
        required="Tick the box to withdraw the bid, or go back",
    )


class InviteForm(FlaskForm):  # type: ignore[misc]
    """Somebody to ask into the team, and what they may do."""

    email = EmailField(
        "Their e-mail address",
        hint="The invitation works for this address alone, with or without an account",
        required="Enter their e-mail address",
    )
    part = OneOfField("What may they do?", choices=MEANINGS.items(), required="Choose what they may do")
