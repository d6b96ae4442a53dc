"""What templates know: filters that write values in Chinese habit, and the addresses of files and pages."""

import hashlib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, request

from backend import clock
from backend.dates import day_text
from backend.documents import environment
from backend.documents.axes import number
from backend.money import yuan
from console.pages import link

STATIC = Path(__file__).parent / "static"
_WEEKDAYS = "一二三四五六日"


def weekday(value: date) -> str:
    """`周一`."""
    return f"周{_WEEKDAYS[value.weekday()]}"


def short_day(value: date) -> str:
    """`11月23日`."""
    return day_text(value)


def wall_time(value: datetime) -> str:
    """`09:30`, by the compound's clocks."""
    return clock.local(value).strftime("%H:%M")


def instant_field(value: datetime) -> str:
    """`2026-11-23T09:30`, by the compound's clocks: in a field, as `manage.js` reads it."""
    return clock.local(value).strftime("%Y-%m-%dT%H:%M")


def moment(value: datetime | None) -> str:
    """`今天 09:30`, `昨天 09:30`, `11-20 09:30`, or with the year if it is another one."""
    if value is None:
        return "—"
    local, today = clock.local(value), clock.today()
    near = {today: "今天", today - timedelta(days=1): "昨天", today + timedelta(days=1): "明天"}
    day = near.get(local.date()) or local.strftime("%m-%d" if local.year == today.year else "%Y-%m-%d")
    return f"{day} {local:%H:%M}"


def weight(grams: int | None) -> str:
    """`350 克`, `12.5 千克`."""
    if grams is None:
        return "—"
    return f"{grams} 克" if abs(grams) < 1000 else f"{grams / 1000:,.1f} 千克"


def kilograms(grams: int) -> str:
    """`12.5`: in a field, as `manage.js` reads it."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".")


def percent(part: int, whole: int) -> str:
    """`62.5%`, half up; `—` of nothing."""
    return f"{(part * 2000 // whole + 1) // 2 / 10}%" if whole else "—"


def amount(fen: int) -> str:
    """`377,356.80`: an amount to read. In a field it stands as `backend.money.yuan` writes it."""
    text = yuan(fen)
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}.{rest}" if abs(fen) >= 100_000 else text


def install(app: Flask) -> None:
    """Teach the application's templates."""
    environment.share(app.jinja_env)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=environment.day,
        instant=environment.instant,
        instant_field=instant_field,
        kg_field=kilograms,
        local=clock.local,
        moment=moment,
        number=number,
        percent=percent,
        short_day=short_day,
        wall_time=wall_time,
        weekday=weekday,
        weight=weight,
        yuan=amount,
        yuan_field=yuan,
    )
    app.jinja_env.globals.update(asset=asset, here=lambda: request.path, link=link, query_of=_query_of)


def asset(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for long."""
    return f"/static/{name}?v={version_of(name)}"


@cache
def version_of(name: str) -> str:
    """What tells a static file from the one before, on every machine alike: a digest of its content."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _query_of(name: str) -> Any:
    return request.args.get(name)
