"""The blueprint of the account pages."""

from flask import Blueprint

pages = Blueprint("account", __name__)
