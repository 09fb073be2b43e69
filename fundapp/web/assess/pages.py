"""The blueprint of an assessor's addresses."""

from flask import Blueprint

pages = Blueprint("assess", __name__, url_prefix="/assess")
