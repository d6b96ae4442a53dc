"""`flask stock check`: prove that the batches in store are what their movements come to."""

import click
from flask import Flask

from backend.cli import told
from canteen.purchasing.stock import reconciling


def install(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(stock)


@click.group("stock")
def stock() -> None:
    """The store of the canteens."""


@stock.command("check")
@told
def check() -> None:
    """Prove that each batch has the grams and the cost that its movements leave; print each difference."""
    found = reconciling.check()
    for one in found:
        click.echo(
            f"批次 {one.batch}：剩余 {one.batch_g} 克、{one.batch_fen} 分，"
            f"出入库合计 {one.movements_g} 克、{one.movements_fen} 分"
        )
    if found:
        raise click.ClickException(f"库存与出入库记录不符，共 {len(found)} 个批次")
    click.echo("库存与出入库记录相符")
