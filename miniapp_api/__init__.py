"""The HTTP JSON API: phones, staff phones, scales, displays and callbacks. Thin routes only."""

from flask_smorest import Blueprint

from miniapp_api import canteen_menu, canteen_orders, identity, workdays


def blueprints() -> list[Blueprint]:
    """Every blueprint of the API."""
    return [
        canteen_menu.blueprint,
        canteen_orders.blueprint,
        identity.blueprint,
        workdays.blueprint,
    ]
