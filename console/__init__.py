"""Server-rendered pages: the welcome page and the API's documentation now; management pages later.

Every page is Chinese, asks no other host for anything and holds no inline script or style, so that the
strict policy of `pages.protect` fits them all.
"""

from flask import Blueprint

from console import api_docs, welcome


def blueprints() -> list[Blueprint]:
    """Every blueprint of the console."""
    return [welcome.blueprint, api_docs.blueprint]
