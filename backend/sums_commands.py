"""`flask property|feedback|meeting check` and `… rebuild`: prove and mend the daily sums beside the facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import click
from flask import Flask

from backend.cli import told
from feedback.deadlines import services as deadlines
from feedback.reports import recounting as report_sums
from meeting.statistics import recounting as meeting_sums
from property.work_orders import recounting as order_sums

_TABLES: Final = {"meeting_days": "会议日统计", "meeting_hours": "会议分时统计"}


class Difference(Protocol):
    """A key where what is kept is not what the facts come to."""

    @property
    def key(self) -> Sequence[object]: ...
    @property
    def kept(self) -> Mapping[str, int]: ...
    @property
    def counted(self) -> Mapping[str, int]: ...


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
    for group in groups.values():
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


def _print(found: Sequence[Any]) -> None:
    for one in found:
        changed = [name for name, value in one.counted.items() if value != one.kept[name]]
        told_ = "，".join(f"{name} 明细 {one.counted[name]}，统计 {one.kept[name]}" for name in changed)
        table = _TABLES.get(getattr(one, "table", ""), "")
        click.echo(f"{table} {' '.join(map(str, one.key))}：{told_}".lstrip())
