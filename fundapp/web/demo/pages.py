"""The blueprint of the demonstration's two addresses."""

from flask import Blueprint

pages = Blueprint("demo", __name__, url_prefix="/demo")
