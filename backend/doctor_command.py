"""`flask doctor`: what this machine lacks; with `--invariants`, what is wrong with the data."""

import click
from flask import Flask

from backend import doctor
from backend.cli import told
from backend.flows import invariants
from backend.flows.invariants import Examined


def install(app: Flask) -> None:
    """Give the application this command."""
    app.cli.add_command(examine)


@click.command("doctor")
@click.option("--invariants", "of_data", is_flag=True, help="Prove the data instead: money, rooms …")
@told
def examine(of_data: bool) -> None:
    """Name whatever this machine lacks, or what is wrong with the data."""
    if of_data:
        _examine_data()
    else:
        _examine_machine()


def _examine_machine() -> None:
    missing = 0
    for finding in doctor.examine():
        click.echo(f"{'✓' if finding.is_good else '✗'} {finding.what}：{finding.found}")
        if not finding.is_good:
            missing += 1
            click.echo(f"    → {finding.mend}")
    if missing:
        raise click.ClickException(f"有 {missing} 项需要处理")
    click.echo("一切正常")


def _examine_data() -> None:
    broken = 0
    for one in invariants.examine():
        _tell(one)
        broken += not one.is_kept
    if broken:
        raise click.ClickException(f"有 {broken} 项数据不一致")
    click.echo("数据一致")


def _tell(one: Examined) -> None:
    mark = "✓" if one.is_kept else "✗"
    click.echo(f"{mark} {one.title}：{one.rows} 行，{one.count} 处不符，用时 {one.seconds:.1f} 秒")
    for sentence in one.violations:
        click.echo(f"    {one.key} {sentence}")
    if one.count > len(one.violations):
        click.echo(f"    另有 {one.count - len(one.violations)} 处未列出")
    if one.mend and not one.is_kept:
        click.echo(f"    → {one.mend}")
