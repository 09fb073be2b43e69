"""The blueprint of letters as files and codes."""

from flask import Blueprint

pages = Blueprint("letters", __name__)
