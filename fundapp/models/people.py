"""People who sign in: who they are, which roles they hold, and every way they prove it is them."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from workflows.actors import Role

# Everyone but applicants proves who they are with a second factor, outside assessors included.
STAFF_ROLES = frozenset(Role) - {Role.PUBLIC, Role.APPLICANT}
Purpose = Literal["register", "invite", "reset", "sign_in", "team", "new_address"]
ROLES_GRANTED = (
    "applicant, assessor, officer, board_member, board_chair, decider, finance, auditor, administrator"
)


class Person(Model):
    """One human being; never deleted, only deactivated.

    `email` is kept lower case and is an address, not an identity: it may change. `totp_last_step` is
    the last time step a one-time code was accepted for, so that no code works twice.
    """

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="email_normalised"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint(
            "totp_last_step IS NULL OR totp_secret_encrypted IS NOT NULL", name="step_needs_a_secret"
        ),
        Index("ix_people_name_key_id", "name_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    organisation_name: Mapped[str | None]
    password_hash: Mapped[str | None]
    totp_secret_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime]

    live_grants: Mapped[list["RoleGrant"]] = relationship(
        primaryjoin="and_(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None))",
        viewonly=True,
        order_by="RoleGrant.id",
    )

    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """The identity Flask-Login asks for: the row's own id."""
        return str(self.id)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person holds now."""
        return frozenset(Role(grant.role) for grant in self.live_grants)

    @property
    def is_staff(self) -> bool:
        """Whether any role held is one that must prove itself with a second factor."""
        return not STAFF_ROLES.isdisjoint(self.roles)

    @property
    def has_second_factor(self) -> bool:
        """Whether a one-time code has been set up."""
        return self.totp_secret_encrypted is not None


class RoleGrant(Model):
    """A role held by a person from a time until a time; the first administrator's has no grantor."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(f"role = ANY (string_to_array('{ROLES_GRANTED}', ', '))", name="role_known"),
        CheckConstraint("ended_at IS NULL OR ended_at >= granted_at", name="ends_after_it_begins"),
        Index(
            "uq_role_grants_live", "person_id", "role", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        Index("ix_role_grants_role", "role", "person_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]


class LoginSession(Model):
    """One signed-in browser. Only the SHA-256 of its random id is kept, so a stolen copy opens nothing.

    `second_factor_at` is empty while a person who needs a one-time code has not given it; such a
    session reaches the pages that ask for the code and no other. `kept` holds notices for the next page.
    """

    __tablename__ = "login_sessions"
    __table_args__ = (
        CheckConstraint("expires_at > started_at", name="expires_after_it_begins"),
        Index("ix_login_sessions_live", "person_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_login_sessions_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    csrf: Mapped[str]
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    address_hash: Mapped[str]
    browser: Mapped[str]
    kept: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    person: Mapped[Person] = relationship()


class OneTimeLink(Model):
    """A link in a mail that works once and not for long; only the SHA-256 of its secret is kept.

    An invitation to the team of a bid names the bid; its person is empty while the address has no account.
    """

    __tablename__ = "one_time_links"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('register', 'invite', 'reset', 'sign_in', 'team', 'new_address')",
            name="purpose_known",
        ),
        CheckConstraint(
            "purpose = 'team' OR (purpose = 'register') = (person_id IS NULL)",
            name="person_unless_registering",
        ),
        CheckConstraint("(purpose = 'team') = (application_id IS NOT NULL)", name="bid_of_a_team"),
        Index("ix_one_time_links_team", "application_id", postgresql_where=text("used_at IS NULL")),
        CheckConstraint("email = lower(email)", name="email_normalised"),
        Index("ix_one_time_links_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[Purpose] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    email: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()


class LoginAttempt(Model):
    """How often one key (an account, an address, a known device) was tried, and until when it must wait.

    The key is a keyed digest: the table names nobody.
    """

    __tablename__ = "login_attempts"
    __table_args__ = (CheckConstraint("tries > 0", name="tried_at_least_once"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    wait_until: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code on paper that stands in for a lost phone, once; kept as a keyed digest."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
