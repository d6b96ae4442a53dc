"""Commands that prove and mend the sums beside the facts: `flask property|feedback|meeting|waste check` and
`… rebuild`, and `flask ratings reconcile`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, ParamSpec, TypeVar

import click
from flask import Flask

from backend.cli import told
from backend.ratings import services as rating_services
from backend.rollups import Difference
from canteen.waste import services as waste_services
from feedback.deadlines import services as deadlines
from feedback.reports import recounting as report_sums
from meeting.statistics import recounting as meeting_sums
from property.work_orders import recounting as order_sums

P = ParamSpec("P")
R = TypeVar("R")

_TABLES: Final = {"meeting_days": "会议日统计", "meeting_hours": "会议分时统计"}


@dataclass(frozen=True, slots=True)
class Kept:
    """Sums that a module keeps: the name of its command, of the sums, and how they are proved and mended."""

    command: str
    title: str
    check: Callable[[], Sequence[Difference]]
    rebuild: Callable[[], Sequence[Difference]]


KEPT: Final = (
    Kept("property", "工单统计", order_sums.check, order_sums.rebuild),
    Kept("feedback", "诉求统计", report_sums.check, report_sums.rebuild),
    Kept("meeting", "会议统计", meeting_sums.check, meeting_sums.rebuild),
)


def install(app: Flask) -> None:
    """Give the application these commands."""
    groups = {each.command: _group(each) for each in KEPT}
    groups["feedback"].add_command(recount_clocks)
    for group in (*groups.values(), ratings, waste):
        app.cli.add_command(group)


def _group(kept: Kept) -> click.Group:
    @told
    def check() -> None:
        """Prove that the daily sums are what the facts come to; print each difference."""
        found = kept.check()
        _print(found)
        if found:
            mend = f"flask {kept.command} rebuild"
            raise click.ClickException(f"{kept.title}与明细不符，共 {len(found)} 处，可用 {mend} 重算")
        click.echo(f"{kept.title}与明细相符")

    @told
    def rebuild() -> None:
        """Make the daily sums anew from the facts; print what was not right."""
        found = kept.rebuild()
        _print(found)
        click.echo(f"已重算，更正 {len(found)} 处")

    group = click.Group(kept.command, help=f"The daily sums of {kept.command}.")
    group.command("check")(check)
    group.command("rebuild")(rebuild)
    return group


@click.command("recount-clocks")
@told
def recount_clocks() -> None:
    """Count the open clocks of the reports again, after the calendar or their deadlines were changed."""
    click.echo(f"重算时限，变动 {deadlines.recount()} 件")


def _print(found: Sequence[Difference]) -> None:
    for one in found:
        click.echo(f"{_TABLES.get(one.table, '')} {' '.join(map(str, one.key))}：{one.changes}".lstrip())


@click.group("ratings")
def ratings() -> None:
    """The ledger of ratings."""


@ratings.command("reconcile")
@told
def reconcile_ratings() -> None:
    """Prove that the daily figures are what the ledger makes of them; print each difference."""
    differences = rating_services.reconcile()
    for one in differences:
        click.echo(f"{' '.join(map(str, one.key))}：账 {one.ledger}，实 {one.rollup}")
    if differences:
        raise click.ClickException(f"评价统计与明细不符，共 {len(differences)} 处")
    click.echo("评价统计与明细相符")


@click.group("waste")
def waste() -> None:
    """The rollups of what was weighed."""


def _span(command: Callable[P, R]) -> Callable[P, R]:
    """The options of a canteen and of days, both included."""
    for option in (
        click.option("--until", "until_on", type=click.DateTime(["%Y-%m-%d"]), help="Only days up to this."),
        click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="Only days from this on."),
        click.option("--canteen", "canteen_id", type=int, help="Only the canteen of this identifier."),
    ):
        command = option(command)
    return command


@waste.command("rebuild")
@_span
@told
def rebuild_waste(canteen_id: int | None, from_on: datetime | None, until_on: datetime | None) -> None:
    """Make the rollups anew from the weighings; print what was not right."""
    days = wrong = 0
    for _, _, differences in waste_services.rebuild(canteen_id=canteen_id, **_days(from_on, until_on)):
        days += 1
        wrong += len(differences)
        for one in differences:
            click.echo(str(one))
    click.echo(f"已重算 {days} 天，更正 {wrong} 处")


@waste.command("check")
@_span
@told
def check_waste(canteen_id: int | None, from_on: datetime | None, until_on: datetime | None) -> None:
    """Prove that the rollups are what the weighings come to; print each difference."""
    wrong = 0
    for one in waste_services.check(canteen_id=canteen_id, **_days(from_on, until_on)):
        wrong += 1
        click.echo(str(one))
    if wrong:
        raise click.ClickException(f"统计与称重明细不符，共 {wrong} 处，可用 flask waste rebuild 重算")
    click.echo("统计与称重明细相符")


def _days(from_on: datetime | None, until_on: datetime | None) -> dict[str, date | None]:
    return {
        "from_on": from_on.date() if from_on is not None else None,
        "until_on": until_on.date() if until_on is not None else None,
    }
