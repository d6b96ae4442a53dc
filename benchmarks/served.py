"""The application as production composes it, with one route more: authenticated, answering a constant."""

from flask import Flask
from flask_smorest import Blueprint

from backend import app as composition
from backend.actor import Actor, Permission
from backend.http import endpoint

blueprint = Blueprint("bench", __name__)


@endpoint(blueprint, "GET", "/constant", permission=Permission.CANTEEN_ORDER)
def constant(actor: Actor) -> dict[str, str]:
    """A constant"""
    return {"answer": "constant"}


def create_app() -> Flask:
    """Our application and the constant."""
    app = composition.create_app()
    app.register_blueprint(blueprint, url_prefix="/bench")
    return app
