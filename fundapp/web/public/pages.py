"""The blueprint of the pages anybody may open."""

from flask import Blueprint

pages = Blueprint("public", __name__)
