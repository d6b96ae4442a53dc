"""The HTTP JSON API: phones, staff phones, scales, displays and callbacks. Thin routes only."""

from flask_smorest import Blueprint

from miniapp_api import (
    canteen_menu,
    canteen_orders,
    identity,
    media,
    notifications,
    places,
    rules,
    security,
    sms_receipts,
    suggestions,
    wechat_push,
    workdays,
)


def blueprints() -> list[Blueprint]:
    """Every blueprint of the API."""
    return [
        canteen_menu.blueprint,
        canteen_orders.blueprint,
        identity.blueprint,
        media.blueprint,
        notifications.blueprint,
        places.blueprint,
        rules.blueprint,
        security.blueprint,
        sms_receipts.blueprint,
        suggestions.blueprint,
        wechat_push.blueprint,
        workdays.blueprint,
    ]
