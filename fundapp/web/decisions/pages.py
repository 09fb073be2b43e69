"""The blueprint of the delegate's addresses."""

from flask import Blueprint

pages = Blueprint("decisions", __name__, url_prefix="/decisions")
