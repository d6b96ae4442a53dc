"""A demand with a photo: the upload of what a phone sends and of a full picture, then the report."""

import random
from collections.abc import Callable
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from flask_migrate import upgrade
from PIL import Image

from backend import clock
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db
from backend.identity.models import Department, Posting, Staff
from backend.media.models import Photo, PhotoContent, PhotoState
from backend.places.models import Building, Campus
from benchmarks import counted, figures, load
from benchmarks.asked import add, employed, log_in
from benchmarks.compound import environment_of, token_of
from benchmarks.figures import interleaved, ratio, report
from benchmarks.load import Result
from benchmarks.servers import database, held, server
from feedback.categories.models import Category

REPORTS, PHOTOS = "/api/v1/feedback/reports", "/api/v1/media/photos"
# A person may bring forward ten demands a day and have thirty photos that belong to nothing.
PEOPLE, A_ROUND = 400, 120
UPLOADS = 24
# What a phone sends after its own compression, and what a camera takes; in pixels.
SIZES = {"1600 × 1200": (1600, 1200), "4000 × 3000": (4000, 3000)}
PHOTO, REPORT, BARE = "photo, hand-written", "report, hand-written", "bare Flask route"


def bench_photos(kind: str, rounds: int) -> None:
    """Print the figures of one kind of database."""
    workers = 1 if kind == "sqlite" else 2
    with database(kind) as (folder, url):
        environment = environment_of(folder, url)
        app = create_app(Settings.from_env(environment))
        raw_environment = {"BENCH_DATABASE": url.removeprefix("sqlite:///"), "BENCH_PHOTOS": str(folder)}
        with app.app_context():
            upgrade()
            desk = Desk()
            with (
                server("benchmarks.served:create_app", environment, workers=workers, threads=2) as ours,
                server("benchmarks.raw:create_app", raw_environment, workers=workers, threads=2) as raw,
            ):
                where = f"{kind}, {workers} workers × 2 threads"
                _uploads(app, desk, ours, raw, rounds, where)
                _reports(app, desk, ours, raw, rounds, where)
            _size_of_the_store(folder)
            db.session.remove()
            db.engine.dispose()


class Desk:
    """A compound whose officials bring forward what they see, with photos that wait for a demand.

    Their tokens are counted from `first`.
    """

    def __init__(self, first: int = 0) -> None:
        self._first = first
        self.noise = random.Random(11)
        self._people, self._shades = count(), count()
        atomic(self._furnish)()

    def uploads(self, path: str, size: tuple[int, int]) -> list[bytes]:
        """Photos that differ, each of somebody else."""
        return [
            load.photo(path, self._token(next(self._people) % PEOPLE), self.jpeg(size), uuid4().hex)
            for _ in range(UPLOADS)
        ]

    def jpeg(self, size: tuple[int, int]) -> bytes:
        """A picture with the detail of a photo (about 0.3 bytes for each pixel); never the same twice."""
        width, height = size
        grain = Image.effect_noise((width // 4, height // 4), 60).resize(size)
        shades = [grain.point(lambda value, by=by: (value * by) // 8) for by in (8, 7, 6)]
        picture = Image.merge("RGB", shades)
        mark = next(self._shades)
        picture.paste((mark % 256, mark // 256 % 256, 90), (0, 0, width // 8, height // 8))
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=85)
        return buffer.getvalue()

    def reports(self, path: str) -> list[bytes]:
        """Demands with a photo each, of people who have brought forward little today."""
        bodies = atomic(self._with_photos)()
        return [load.request("POST", path, self._token(who), body, key=uuid4().hex) for who, body in bodies]

    def _token(self, number: int) -> str:
        return token_of(self._first + number)

    def _with_photos(self) -> list[tuple[int, dict[str, Any]]]:
        numbers = [next(self._people) % PEOPLE for _ in range(A_ROUND)]
        photos = [self._photo(self.people[number]) for number in numbers]
        db.session.add_all(photos)
        db.session.flush()
        return [
            (
                number,
                {
                    "category_id": self.category_id,
                    "place_kind": "building",
                    "place_id": self.building_id,
                    "text": "走廊有积水，容易滑倒",
                    "photo_ids": [photo.id],
                },
            )
            for number, photo in zip(numbers, photos, strict=True)
        ]

    def _photo(self, staff_id: int) -> Photo:
        now = clock.now()
        return Photo(
            content_id=self.content_id,
            uploaded_by=staff_id,
            uploaded_at=now,
            state=PhotoState.UPLOADED.value,
            loose_since=now,
        )

    def _furnish(self) -> None:
        campus = add(Campus(name="中心院区"))
        self.building_id = add(Building(campus_id=campus.id, name="1号楼")).id
        department = add(Department(name="办公室"))
        self.category_id = add(Category(kind="snap", code="snap", name="环境卫生", words=[])).id
        employed("D0", department, "feedback_desk")
        staff = [
            add(
                Staff(
                    staff_no=f"P{number:04d}",
                    name=f"职工{number}",
                    created_at=clock.now(),
                    postings=[Posting(department_id=department.id, is_primary=True)],
                )
            )
            for number in range(PEOPLE)
        ]
        for number, each in enumerate(staff):
            log_in(each, self._first + number)
        self.people = [each.id for each in staff]
        content = PhotoContent(
            sha256=bytes(32), object_key="bench", width=1600, height=1200, claimed_at=clock.now()
        )
        self.content_id = add(content).id


def _uploads(app: Flask, desk: Desk, ours: int, raw: int, rounds: int, where: str) -> None:
    for name, size in SIZES.items():

        def send(port: int, path: str, size: tuple[int, int] = size) -> Callable[[], Result]:
            return lambda: load.run(port, desk.uploads(path, size), connections=4)

        results = interleaved({PHOTO: send(raw, "/photo"), "photo": send(ours, PHOTOS)}, rounds)
        kilobytes = len(desk.jpeg(size)) // 1024
        report(f"Upload of a photo, {name}, {kilobytes:,} KB, 4 connections ({where})", results, PHOTO)
        figures.note(
            f"photo of {name}, {where}",
            f"{ratio(results, 'photo', PHOTO):.2f} of the hand-written route, which decodes within the"
            f" worker; {figures.told(results['photo'])}",
        )
    queries = [counted.of_request(app, each) for each in desk.uploads(PHOTOS, (160, 120))[:2]][-1]
    print(f"  an upload sends {queries} statements; {held(ours)}")


def _reports(app: Flask, desk: Desk, ours: int, raw: int, rounds: int, where: str) -> None:
    bare = [load.request("GET", "/bare")] * 2_000
    results = interleaved(
        {
            REPORT: lambda: load.run(raw, desk.reports("/report"), connections=8),
            "report": lambda: load.run(ours, desk.reports(REPORTS), connections=8),
            BARE: lambda: load.run(raw, bare, connections=8),
        },
        rounds,
    )
    for name in (REPORT, "report"):
        if any(set(run.statuses) != {201} for run in results[name]):
            raise SystemExit(f"{name}: {[dict(run.statuses) for run in results[name]]}")
    report(f"A demand with one photo, 8 connections ({where})", results, REPORT, BARE)
    queries = [counted.of_request(app, each) for each in desk.reports(REPORTS)[:2]][-1]
    print(f"  a demand sends {queries} statements; {held(ours)}")
    figures.note(
        f"demand with a photo, {where}",
        f"{ratio(results, 'report', REPORT):.2f} of the hand-written route;"
        f" {figures.told(results['report'])};"
        f" {queries} statements; {held(ours)}",
    )


def _size_of_the_store(folder: Path) -> None:
    stored = [each.stat().st_size for each in (folder / "media").rglob("*.jpg")]
    if stored:
        mean = sum(stored) / len(stored) * 3 / 1024
        print(f"  kept for a photo: {mean:.0f} KB in three sizes, {len(stored) // 3} contents")
