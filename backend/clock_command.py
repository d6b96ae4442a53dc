"""`flask clock …`: the clock of the service levels alone, for checks. It looks at no database."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Final

import click
from flask import Flask

from backend import clock
from backend.cli import told
from backend.workdays.clocks import Count, Counting, Span, Target
from backend.workdays.policies import USUAL_HOURS, Calendar, OfficeHours, Segment

_SEGMENT: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
_MOST_MINUTES: Final = 5_000_000
_MOST_DAYS: Final = 5_000
_LIKE: Final = "2026-09-18T16:00+08:00"


def install(app: Flask) -> None:
    """Give the application this command."""
    app.cli.add_command(clock_group)


@click.group("clock")
def clock_group() -> None:
    """How service clocks count."""


@clock_group.command("due")
@click.option("--segments", metavar="08:30-12:00,14:00-17:30", help="Hours of a workday; usual office hours.")
@click.option("--start", metavar=_LIKE, help="When it starts.")
@click.option("--minutes", metavar="N", help="Minutes of working time.")
@click.option("--working-days", metavar="N", help="Workdays instead of minutes.")
@click.option("--natural", is_flag=True, help="Minutes of natural time: look at no calendar.")
@click.option("--hold", "holds", metavar="START/END", multiple=True, help="When it stands still; repeatable.")
@told
def due(
    segments: str | None,
    start: str | None,
    minutes: str | None,
    working_days: str | None,
    natural: bool,
    holds: Sequence[str],
) -> None:
    """Print when a clock is due, in the State Council's calendar."""
    if start is None:
        raise click.UsageError(f"请用 --start 给出开始时间，如 {_LIKE}")
    count = Count(
        Calendar(_hours(segments) if segments is not None else USUAL_HOURS),
        _target(minutes, working_days, natural),
        _instant(start),
        [_span(hold) for hold in holds],
    )
    due_at = count.due_at()
    click.echo(clock.local(due_at).isoformat(timespec="seconds"))
    if count.is_provisional(due_at):
        click.echo("暂定：其间有年份的放假安排尚未公布，按周一至周五推算", err=True)


def _target(minutes: str | None, working_days: str | None, natural: bool) -> Target:
    if (minutes is None) == (working_days is None):
        raise click.UsageError("请给出 --minutes 或 --working-days 之一")
    if working_days is not None:
        if natural:
            raise click.UsageError("--natural 只能与 --minutes 同用")
        return Target(Counting.WORKDAYS, _amount(working_days, _MOST_DAYS))
    counting = Counting.NATURAL if natural else Counting.WORKING
    return Target(counting, _amount(minutes or "", _MOST_MINUTES))


def _amount(text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise click.UsageError(f"{text} 应为 1 到 {most} 之间的整数")
    return int(text)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{text} 不是时间，应如 {_LIKE}") from error
    if instant.tzinfo is None or not 2000 < instant.year < 2900:
        raise click.UsageError(f"{text} 应带时区，年份在 2001 到 2899 之间，如 {_LIKE}")
    return instant


def _span(text: str) -> Span:
    from_text, slash, until_text = text.partition("/")
    if not slash:
        raise click.UsageError(f"{text} 应为 开始时间/结束时间")
    from_at, until_at = _instant(from_text), _instant(until_text)
    if until_at < from_at:
        raise click.UsageError(f"{text} 的结束时间早于开始时间")
    return Span(from_at, until_at)


def _hours(text: str) -> OfficeHours:
    """Office hours of these segments. Raises UsageError, or InvalidSegments if they overlap."""
    parts = [part.strip() for part in text.split(",")]
    if not all(_SEGMENT.fullmatch(part) for part in parts):
        raise click.UsageError(f"{text} 不是时段，应如 08:30-12:00,14:00-17:30")
    return OfficeHours(tuple(Segment(*map(_wall_time, part.split("-"))) for part in parts))


def _wall_time(text: str) -> time:
    """A wall time; 24:00 is the midnight that ends the day."""
    return time.min if text == "24:00" else time.fromisoformat(text)
