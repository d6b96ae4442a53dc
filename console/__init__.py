"""Server-rendered pages: the welcome page, the API's documentation, and the management console.

Every page is Chinese, asks no other host for anything and holds no inline script or style, so that the
strict policy of `pages.protect` fits them all. Console pages read; what their forms change goes to the
JSON API with the session's cookie and the page's CSRF token.
"""

from flask import Blueprint, Flask

from console import (
    absences,
    accounts,
    api_docs,
    audit,
    binds,
    bulletins,
    calendar,
    containers,
    departments,
    devices,
    dishes,
    evaluated_units,
    evaluation,
    formats,
    frame,
    funding,
    home,
    jobs,
    login,
    me,
    meals,
    measures,
    menus,
    no_shows,
    notifications,
    periods,
    places,
    plates,
    privacy,
    ratings,
    receptions,
    rectifications,
    roles,
    rounds,
    rules,
    score_sheets,
    screens,
    search,
    settlements,
    spot_checks,
    staff,
    station,
    suggestions,
    unit_reporting,
    waste,
    waste_entry,
    waste_ledger,
    weighed_meals,
    weighings,
    welcome,
)


def install(app: Flask) -> None:
    """Give the application its pages."""
    formats.install(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)


def blueprints() -> list[Blueprint]:
    """Every blueprint of the console."""
    # The last one answers what no page has.
    return [
        welcome.blueprint,
        api_docs.blueprint,
        login.blueprint,
        home.blueprint,
        calendar.blueprint,
        departments.blueprint,
        devices.blueprint,
        staff.blueprint,
        roles.blueprint,
        binds.blueprint,
        absences.blueprint,
        meals.blueprint,
        accounts.blueprint,
        funding.blueprint,
        me.blueprint,
        periods.blueprint,
        places.blueprint,
        plates.blueprint,
        privacy.blueprint,
        rules.blueprint,
        screens.blueprint,
        screens.desk,
        search.blueprint,
        settlements.blueprint,
        station.blueprint,
        dishes.blueprint,
        menus.blueprint,
        no_shows.blueprint,
        audit.blueprint,
        jobs.blueprint,
        ratings.blueprint,
        receptions.blueprint,
        suggestions.blueprint,
        waste.blueprint,
        weighings.blueprint,
        weighed_meals.blueprint,
        waste_entry.blueprint,
        containers.blueprint,
        measures.blueprint,
        evaluation.blueprint,
        rounds.blueprint,
        evaluated_units.blueprint,
        score_sheets.blueprint,
        spot_checks.blueprint,
        rectifications.blueprint,
        unit_reporting.blueprint,
        bulletins.blueprint,
        waste_ledger.blueprint,
        notifications.blueprint,
        frame.blueprint,
    ]
