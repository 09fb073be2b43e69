"""Where an organisation is paid: entered by one person, verified by two, never changed in place."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.organisations import Organisation


class BankAccount(Model):
    """One account of an organisation; numbers are sealed, `last_digits` is for people to compare.

    A change is a new row; the one in force is the newest, and it is paid only once two other people
    have verified it by calling back a number already on file.
    """

    __tablename__ = "bank_accounts"
    __table_args__ = (
        CheckConstraint("last_digits ~ '^[0-9]{2,4}$'", name="last_digits_form"),
        CheckConstraint("first_verifier_id <> entered_by_id", name="first_verifier_is_another"),
        CheckConstraint(
            "second_verifier_id <> entered_by_id AND second_verifier_id <> first_verifier_id",
            name="second_verifier_is_another",
        ),
        CheckConstraint(
            "(verified_at IS NOT NULL) = (second_verifier_id IS NOT NULL)", name="verified_by_two"
        ),
        Index(
            "uq_bank_accounts_in_force",
            "organisation_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    account_name: Mapped[str]
    sealed_numbers: Mapped[bytes] = mapped_column(LargeBinary)
    last_digits: Mapped[str]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[datetime]
    first_verifier_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    second_verifier_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    verified_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
