"""The blueprint of the administrators' pages."""

from flask import Blueprint

pages = Blueprint("admin", __name__, url_prefix="/admin")
