"""The demo's living compound behind a real server, for tests that look at pages and change nothing."""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from backend import clock, jobs, scheduler
from backend.actor import SYSTEM, ScopeKind
from backend.app import create_app
from backend.audit import services as audit_services
from backend.db import atomic, db
from backend.flows import schedule
from backend.flows.demo import FIXED_ACCOUNTS, seed
from backend.identity.binding import operations as binding_operations
from backend.identity.models import Role, RoleGrant, Staff
from backend.identity.policies import ExternalSubject
from backend.media import operations as media_operations
from backend.media import services as media_services
from canteen.menu import services as menu_services
from canteen.menu.dish_operations import PHOTO_OWNER
from canteen.menu.models import Canteen, Dish
from tests.databases import ENVIRONMENT, SqliteTemplate, settings_for
from tests.seeded import furnished_once
from tests.servers import server

ADMINISTRATOR = FIXED_ACCOUNTS[0].staff_no
# Enough for every list to have pages and for every chart to have a past.
DAYS, OFFICIALS = 120, 300


@dataclass(frozen=True)
class Demo:
    """The application, and the port where it is served."""

    app: Flask
    port: int


def seeded_today(template: SqliteTemplate, folders: pytest.TempPathFactory) -> Path:
    """The folder of a compound in a SQLite file, as it is today, to be copied: one in a run of the tests."""

    def furnish(folder: Path) -> None:
        shutil.copy(template.path, folder / template.path.name)
        with create_app(settings_for(folder)).app_context():
            seed(days=DAYS, staff=OFFICIALS)
            _let_go()

    return furnished_once(folders, f"town-{clock.today()}", furnish)


@contextmanager
def demo(seeded: Path, folder: Path) -> Iterator[Demo]:
    """Furnish and serve a copy of it in this folder. Its administrator manages the canteens, too."""
    shutil.copytree(seeded, folder, dirs_exist_ok=True)
    settings = settings_for(folder)
    app = create_app(settings)
    with app.app_context():
        _furnish()
        _let_go()
    environment = {**ENVIRONMENT, "HOUQIN_DATA": str(folder), "DATABASE_URL": settings.database_url}
    with server(environment, workers=1, threads=4) as port:
        yield Demo(app, port)


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def _furnish() -> None:
    """What only visitors and time bring."""
    administrator_id = _staff_id(ADMINISTRATOR)
    _let_manage(administrator_id)
    _ask_to_bind()
    audit_services.seal(timedelta(0))
    now = clock.now()
    for job in schedule.all_jobs():
        for due_at in scheduler.due_between(job, now - timedelta(hours=26), now)[-3:]:
            jobs.claim(job, due_at, "demo")
            jobs.finish(job, due_at, "demo", error="网络不通" if job.name.endswith("deliver") else None)
    actor = replace(SYSTEM, staff_id=administrator_id)
    canteen_id = db.session.scalars(select(Canteen.id).order_by(Canteen.id)).first()
    _copy_week(canteen_id)
    for number, dish_id in enumerate(db.session.scalars(select(Dish.id).order_by(Dish.id).limit(5)).all()):
        _show(dish_id, media_services.upload(actor, _plate(number)).id)


def _copy_week(canteen_id: int | None) -> None:
    """Drafts for the week after the next."""
    today, one_week = clock.today(), timedelta(days=7)
    menu_services.copy_week(SYSTEM, canteen_id=canteen_id, from_on=today, to_on=today + 2 * one_week)


def _staff_id(staff_no: str) -> int:
    return db.session.scalars(select(Staff.id).where(Staff.staff_no == staff_no)).one()


@atomic
def _let_manage(staff_id: int) -> None:
    wanted = Role.code.in_(("canteen_manager", "logistics_reviewer"))
    for role_id in db.session.scalars(select(Role.id).where(wanted)):
        db.session.add(
            RoleGrant(
                staff_id=staff_id,
                role_id=role_id,
                scope_kind=ScopeKind.COMPOUND.value,
                scope_id=0,
                granted_at=clock.now(),
                granted_by=0,
            )
        )


@atomic
def _ask_to_bind() -> None:
    for staff_no in ("1007", "1021"):
        subject = ExternalSubject("wechat_mp", "wx-demo", f"openid-of-{staff_no}")
        binding_operations.ask(subject, _staff_id(staff_no))


@atomic
def _show(dish_id: int, photo_id: int) -> None:
    actor = replace(SYSTEM, staff_id=_staff_id(ADMINISTRATOR))
    media_operations.attach(actor, photo_id, PHOTO_OWNER, dish_id, is_public=True)
    db.session.get_one(Dish, dish_id).photo_id = photo_id


def _plate(number: int) -> bytes:
    """A picture of something to eat, for who does not look too closely."""
    picture = Image.new("RGB", (800, 600), "#b98d5e")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 30, 710, 570), fill="#f7f5f0", outline="#d8d3c8", width=8)
    food = ("#8a3a1f", "#b5541c", "#c9802b", "#d9cdb2", "#a8482a")[number]
    for at in range(24):
        x, y = 230 + at * 97 % 300, 150 + at * 61 % 250
        draw.rounded_rectangle((x, y, x + 80, y + 60), 22, fill=food, outline="#4f2413", width=3)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=88)
    return kept.getvalue()
