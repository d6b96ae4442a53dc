"""The HTTP JSON API: phones, staff phones, scales, displays and callbacks. Thin routes only."""

from flask_smorest import Blueprint

from miniapp_api import (
    absences,
    accounts,
    app_info,
    canteen_menu,
    canteen_orders,
    colleagues,
    home,
    identity,
    media,
    no_shows,
    notifications,
    places,
    privacy,
    receptions,
    rules,
    security,
    settlements,
    sms_receipts,
    standing_orders,
    suggestions,
    takeaway,
    walk_ins,
    wechat_push,
    workdays,
)


def blueprints() -> list[Blueprint]:
    """Every blueprint of the API."""
    return [
        absences.blueprint,
        accounts.blueprint,
        app_info.blueprint,
        canteen_menu.blueprint,
        canteen_orders.blueprint,
        colleagues.blueprint,
        home.blueprint,
        identity.blueprint,
        media.blueprint,
        no_shows.blueprint,
        notifications.blueprint,
        places.blueprint,
        privacy.blueprint,
        receptions.blueprint,
        rules.blueprint,
        security.blueprint,
        settlements.blueprint,
        sms_receipts.blueprint,
        standing_orders.blueprint,
        suggestions.blueprint,
        takeaway.blueprint,
        walk_ins.blueprint,
        wechat_push.blueprint,
        workdays.blueprint,
    ]
