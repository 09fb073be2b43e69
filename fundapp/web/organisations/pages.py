"""The blueprint of the organisations' pages."""

from flask import Blueprint

pages = Blueprint("organisations", __name__, url_prefix="/organisations")
