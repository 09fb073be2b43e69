"""What an applicant writes: one answer, the project, the money, and the signature."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from fundapp.services.bids import Project
from fundapp.web.apply.questions.answer_fields import AnswerField, MilestonesAnswer, field_of
from fundapp.web.fields import (
    CheckField,
    EmailField,
    LineField,
    LondonDateField,
    LongTextField,
    ManyOfField,
    OneOfField,
    WholeNumberField,
)
from workflows.funds.completeness import LONGEST_SUMMARY, LONGEST_TITLE
from workflows.funds.definition import Question
from workflows.funds.kinds import NOTHING, Value, boxes
from workflows.funds.pinned import Pinned
from workflows.team import COLLEAGUES, MEANINGS

NEW = "new"
LONGEST_PROJECT = 60
MOST_FORMS = 500


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


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """One answer. What cannot be read yet, or is over its limit, is kept; it only cannot be sent in."""

    answer: AnswerField

    @classmethod
    def sent_by_script(cls, question: Question) -> "AnswerForm":
        """The form as the script of its page sent it: no page is made of it, so it needs no new token."""
        return _form_for(question)(meta={"csrf": False})

    @classmethod
    def to(cls, question: Question, value: Value = NOTHING) -> "AnswerForm":
        """The form under this question, as it was sent; else with what is kept in its boxes, and judged."""
        form_class = _form_for(question)
        if request.method == "POST":
            return form_class()
        texts = MultiDict([("answer", text) for text in boxes(question, value)])
        form = form_class(formdata=texts)
        form.answer.validate(form)
        return form

    def mistakes(self) -> dict[str, str]:
        """What cannot be read, by the box it is said beside; milestones say it box by box."""
        if isinstance(self.answer, MilestonesAnswer):
            return self.answer.mistakes()
        return {"answer": self.answer.errors[0]} if self.answer.errors else {}


@lru_cache(MOST_FORMS)
def _form_for(question: Question) -> type[AnswerForm]:
    """The form of one question: made once a process, as WTForms reads a class anew when it is made."""
    return cast("type[AnswerForm]", type(AnswerForm.__name__, (AnswerForm,), {"answer": field_of(question)}))


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
    def of(cls, rules: Pinned, project: Project, **how: Any) -> "ProjectForm":
        """The form with the round's themes, filled with what is saved."""
        form = cls(
            title=project.title,
            summary=project.summary,
            theme=project.theme,
            starts_on=project.starts_on,
            months=project.months,
            **how,
        )
        form.theme.choices = [(theme.key, theme.name) for theme in rules.themes]
        return form

    def written(self) -> Project:
        """What was written, as the office keeps it."""
        return Project(
            title=self.title.data or "",
            summary=self.summary.data or "",
            theme=self.theme.data,
            starts_on=self.starts_on.data,
            months=self.months.data,
        )


class SubmitForm(FlaskForm):  # type: ignore[misc]
    """The signature under a bid: every declaration ticked, and who signs."""

    declarations = ManyOfField("I declare that")
    signatory = LineField(
        "Full name of the person who signs",
        hint="Somebody who may commit the organisation",
        required="Enter the name of the person who signs",
        most=120,
    )
    key = LineField("Key", required="Open this page again and send it once more", most=64)

    @classmethod
    def of(cls, rules: Pinned, **filled: Any) -> "SubmitForm":
        """The form with the declarations of the round's form."""
        form = cls(**filled)
        form.declarations.choices = list(rules.declarations.items())
        return form

    def validate_declarations(self, field: ManyOfField) -> None:
        """Every one of them, or the bid is not signed."""
        if set(field.data or ()) != {key for key, *_ in field.iter_choices()}:
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
    part = OneOfField(
        "What may they do?",
        choices=[(part, MEANINGS[part]) for part in COLLEAGUES],
        required="Choose what they may do",
    )


class PartnerForm(FlaskForm):  # type: ignore[misc]
    """An organisation to ask into a bid, and whom to write to there."""

    name = LineField("Name of the organisation", required="Enter the name of the organisation", most=200)
    email = EmailField(
        "E-mail address of somebody there",
        hint="The invitation works for this address alone, with or without an account",
        required="Enter their e-mail address",
    )
