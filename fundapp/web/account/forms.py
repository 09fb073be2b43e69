"""What the account pages ask for."""

from typing import Any

from flask_wtf import FlaskForm

from fundapp.web.fields import CodeField, EmailField, LineField, SecretField

WHICH_EMAIL = "Enter your e-mail address"
AT_LEAST = "At least 12 characters. Three words with nothing in common work well."


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """Who wants an account."""

    name = LineField("Your name", required="Enter your name", most=120)
    organisation_name = LineField("Your organisation", hint="Leave this empty if you have none yet", most=200)
    email = EmailField("Your e-mail address", required=WHICH_EMAIL, hint="We send a link to it")


class EmailForm(FlaskForm):  # type: ignore[misc]
    """Where to send a link."""

    email = EmailField("Your e-mail address", required=WHICH_EMAIL)


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who signs in."""

    email = EmailField("Your e-mail address", required=WHICH_EMAIL)
    password = SecretField("Your password", required="Enter your password")


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password chosen after opening a link."""

    password = SecretField("Choose a password", required="Enter a password", hint=AT_LEAST)


class JoinForm(FlaskForm):  # type: ignore[misc]
    """Who joins a team: only asked of an address that has no account."""

    name = LineField("Your name", required="Enter your name", most=120)
    password = SecretField("Choose a password", required="Enter a password", hint=AT_LEAST)

    @classmethod
    def of(cls, *, has_account: bool) -> "JoinForm":
        """The form, with nothing to fill in for an address that has an account."""
        form = cls()
        if has_account:
            del form.name
            del form.password
        return form

    def given(self) -> tuple[str, str]:
        """Name and password; empty where they were not asked for."""
        if "name" not in self:
            return "", ""
        return self.name.data or "", self.password.data or ""


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    """A password changed by somebody who knows the current one."""

    current = SecretField("Your current password", required="Enter your current password")
    password = SecretField("New password", required="Enter a new password", hint=AT_LEAST)


class NewAddressForm(FlaskForm):  # type: ignore[misc]
    """Another address for somebody's own account."""

    email = EmailField(
        "New e-mail address", required="Enter the new e-mail address", hint="We send a link to it"
    )
    password = SecretField(
        "Your password", required="Enter your password", hint="So that nobody else can do this"
    )

    @classmethod
    def of(cls, *, has_password: bool) -> "NewAddressForm":
        """The form, without the password for somebody who signs in by link alone."""
        form = cls()
        if not has_password:
            del form.password
        return form


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A code from a phone or from paper."""

    code = CodeField(
        "Six-figure code",
        required="Enter the code from your phone",
        hint="From the app on your phone, or one of your recovery codes",
    )


class PhoneForm(FlaskForm):  # type: ignore[misc]
    """The first code of a phone that is being set up."""

    password = SecretField("Your password", hint="So that nobody else can set up another phone")
    code = CodeField("Six-figure code", required="Enter the code the app shows")

    def leave_out_password(self, not_needed: bool) -> Any:
        """Ask for the password only of people who have a phone already."""
        if not_needed:
            del self.password
        else:
            self.password.required = "Enter your password"
        return self
