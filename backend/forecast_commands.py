"""`flask forecast …`: prove the forecasts by what they would have said."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final
from unicodedata import east_asian_width

import click
from flask import Flask

from backend.cli import told
from canteen.production.forecasts import backtest, services
from canteen.production.forecasts.backtest import Report, Row
from canteen.production.forecasts.errors import BacktestRowsInvalid

_MOST_FAULTS: Final = 20


def install(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(forecast)


@click.group("forecast")
def forecast() -> None:
    """How many will come."""


@forecast.command("backtest")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="Only days from this on count.")
@told
def run_backtest(file: Path | None, from_on: datetime | None) -> None:
    """Replay day by day, from the past alone, what each method would have said.

    FILE is a CSV with the columns date,site_id,actual,planned; without one the canteens' own history is used.
    """
    rows = _read(file) if file is not None else services.own_rows()
    report = backtest.run(rows, from_on=from_on.date() if from_on is not None else date.min)
    if report is None:
        raise click.ClickException(
            f"数据太少：每个序列至少要有 {backtest.SAME_WEEKDAYS} 个同星期日和 {backtest.RATIOS} 个比值在前"
        )
    click.echo(_heading(report))
    click.echo("")
    click.echo(_table(_FIGURES, _figures(report)))
    click.echo("")
    click.echo("各保障率下的损失（两倍分位损失 ÷ 实到人次，%），及本系统够用的比例和多备、短缺的人次")
    click.echo(_table(_LEVELS, _levels(report)))


_FIGURES: Final = ("方法", "WAPE %", "前半期 %", "后半期 %", "偏差", "多备", "短缺")
_LEVELS: Final = ("保障率", "本系统", "最好的对照", "对照方法", "够用 %", "多备", "短缺")


def _read(file: Path) -> list[Row]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return backtest.read_csv(lines)
    except UnicodeDecodeError as error:
        raise click.ClickException("文件不是 UTF-8 编码") from error
    except BacktestRowsInvalid as error:
        for fault in error.data["rows"][:_MOST_FAULTS]:
            click.echo(f"第 {fault['row']} 行：{fault['msg']}")
        raise


def _heading(report: Report) -> str:
    return (
        f"次日预测回测：{report.from_on} 至 {report.until_on}，{report.series} 个序列、{report.days} 天，"
        f"共 {report.count} 次；每次只用此前的数据"
    )


def _figures(report: Report) -> list[tuple[str, ...]]:
    return [
        (
            one.name,
            *(f"{part.wape:.2f}" if part.wape is not None else "—" for part in (one.whole, *one.halves)),
            f"{one.whole.bias:+.2f}",
            f"{one.whole.over:,.0f}",
            f"{one.whole.short:,.0f}",
        )
        for one in report.results
    ]


def _levels(report: Report) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for one in report.ours.levels:
        name, loss = report.best_baseline(one.level)
        figures = f"{one.covered:.1f}", f"{one.over:,.0f}", f"{one.short:,.0f}"
        found.append((f"{one.level}%", f"{one.loss:.2f}", f"{loss:.2f}", name, *figures))
    return found


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under each other, a Chinese character being as wide as two others."""
    widths = [max(map(_width, column)) for column in zip(heading, *rows, strict=True)]
    lines = ([_padded(*cell) for cell in zip(row, widths, strict=True)] for row in (heading, *rows))
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
