"""`flask property …`: prove and mend what property keeps beside its orders."""

import click
from flask import Flask

from backend.cli import told
from property.work_orders import recounting
from property.work_orders.rollups import Difference


def install(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(property_)


@click.group("property")
def property_() -> None:
    """The daily sums of the work orders."""


@property_.command("check")
@told
def check() -> None:
    """Prove that the daily sums are what the orders come to; print each difference."""
    found = recounting.check()
    for one in found:
        click.echo(_told(one))
    if found:
        raise click.ClickException(
            f"工单统计与明细不符，共 {len(found)} 处，可用 flask property rebuild 重算"
        )
    click.echo("工单统计与明细相符")


@property_.command("rebuild")
@told
def rebuild() -> None:
    """Make the daily sums anew from the orders; print what was not right."""
    found = recounting.rebuild()
    for one in found:
        click.echo(_told(one))
    click.echo(f"已重算，更正 {len(found)} 处")


def _told(one: Difference) -> str:
    changed = [name for name, value in one.counted.items() if value != one.kept[name]]
    told_ = "，".join(f"{name} 明细 {one.counted[name]}，统计 {one.kept[name]}" for name in changed)
    return f"{' '.join(map(str, one.key))}：{told_}"
