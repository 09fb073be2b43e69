"""What the administrators' pages ask for."""

from flask_wtf import FlaskForm

from fundapp.web.fields import EmailField, LineField, PickField
from fundapp.web.navigation import ROLE_NAMES
from workflows.actors import Role

CHOICES = [(role.value, name) for role, name in ROLE_NAMES.items()]
WHICH_ROLE = "Choose a role"


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role to give or to take."""

    role = PickField("Role", choices=[("", WHICH_ROLE), *CHOICES], required=WHICH_ROLE)

    @property
    def chosen(self) -> Role:
        """The role that was chosen, once the form is valid."""
        return Role(self.role.data)


class InviteForm(RoleForm):
    """Who is invited, and to do what."""

    name = LineField("Their name", required="Enter their name", most=120)
    email = EmailField(
        "Their e-mail address", required="Enter their e-mail address", hint="We send an invitation"
    )
