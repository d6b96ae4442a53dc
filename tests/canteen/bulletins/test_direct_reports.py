"""Direct reports: the contract, what we take from other platforms, and what we send to a superior one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import jsonschema_rs
import orjson
import pytest
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.config import SuperiorSettings
from backend.db import atomic, db
from backend.devices.models import DeviceKind
from canteen.bulletins.direct_reports import queries, services
from canteen.bulletins.direct_reports.client import SuperiorPlatform
from canteen.bulletins.direct_reports.models import DirectReport
from canteen.bulletins.direct_reports.schemas import WasteReportIn
from canteen.evaluation.units.models import Unit, UnitReport
from tests.backend.devices.signed import SignedClient, make_device
from tests.canteen.bulletins.season import JANUARY, Season
from tests.canteen.bulletins.test_life import published
from tests.canteen.evaluation import organs
from tests.client import Answer
from tests.threads import at_once

VALIDATOR = jsonschema_rs.validator_for(orjson.loads(queries.schema()), validate_formats=True)
FIGURES = {"meals_served": 20, "meals_measured": 18, "diners": 5_000}
REPORT = {
    "schema": "waste-report/1",
    "unit": "COUNTY-1",
    "period": "2026-12",
    "version": 1,
    "reported_at": "2027-01-05T09:00:00+08:00",
    "figures": {**FIGURES, "plate_g": 250_000, "unserved_g": None, "cost_fen": 300_000},
}
_HALF = {"meals_served": 10, "meals_measured": 9, "diners": 2_500}


def report(**fields: Any) -> dict[str, Any]:
    """The usual report with some fields changed; None leaves one out."""
    return {name: value for name, value in {**REPORT, **fields}.items() if value is not None}


@pytest.mark.parametrize(
    ("body", "is_valid"),
    [
        (report(), True),
        (report(canteens=[{"name": "一", "figures": _HALF}, {"name": "二", "figures": _HALF}]), True),
        (report(figures=FIGURES), True),
        (report(schema="waste-report/2"), False),
        (report(unit=None), False),
        (report(unit=""), False),
        (report(unit="X" * 33), False),
        (report(period="2026-13"), False),
        (report(period="2026-Q4"), False),
        (report(version=0), False),
        (report(version="1"), False),
        (report(reported_at="2027-01-05"), False),
        (report(figures={**FIGURES, "plate_g": -1}), False),
        (report(figures={**FIGURES, "plate_g": 1.5}), False),
        (report(figures={**FIGURES, "staff": 3}), False),
        (report(figures={**FIGURES, "diners": None}), False),
        (report(figures={"meals_served": 20, "meals_measured": 18}), False),
        (report(canteens=[{"name": "一"}]), False),
        (report(people=["张三"]), False),
    ],
)
def test_the_published_schema_and_our_own_check_say_the_same(body: dict[str, Any], is_valid: bool):
    assert VALIDATOR.is_valid(body) is is_valid
    try:
        WasteReportIn().load(body)
    except ValidationError:
        assert not is_valid
    else:
        assert is_valid


@pytest.fixture
def january(app: Flask) -> Iterator[None]:
    """The clock at 5 January 2027."""
    with clock.at(JANUARY):
        yield


@pytest.fixture
def platform(app: Flask, january: None) -> SignedClient:
    """The platform of the unit COUNTY-1."""
    code, secret, device_id = make_device(kind=DeviceKind.PLATFORM, name="县平台")
    organs.unit("COUNTY-1", device_id=device_id)
    organs.unit("COUNTY-2")
    return SignedClient(app, code, secret)


def reports() -> list[UnitReport]:
    """The monthly figures that units have reported."""
    db.session.rollback()
    return list(db.session.scalars(select(UnitReport).order_by(UnitReport.id)))


def test_anybody_may_read_the_schema(app: Flask):
    answer = app.test_client().get("/api/v1/reports/waste/schema")
    assert answer.mimetype == "application/schema+json"
    assert orjson.loads(answer.data)["properties"]["schema"] == {"const": "waste-report/1"}


def test_a_report_is_taken_once_and_a_newer_version_takes_its_place(platform: SignedClient):
    first = platform.post("/reports/waste", report()).data
    assert (first["unit"], first["period"], first["version"]) == ("COUNTY-1", "2026-12", 1)
    assert first["is_repeated"] is False
    again = platform.post("/reports/waste", report()).data
    assert again == {**first, "is_repeated": True}
    assert [(row.version, row.plate_g, row.unserved_g) for row in reports()] == [(1, 250_000, None)]

    differing = report(figures={**FIGURES, "plate_g": 1})
    assert platform.post("/reports/waste", differing).error == "canteen.report_differs"
    newer = platform.post("/reports/waste", {**differing, "version": 3}).data
    assert newer["replaced_version"] == 1
    late = platform.post("/reports/waste", {**differing, "version": 2})
    assert late.error == "canteen.report_outdated"
    assert late.envelope["data"]["newest"] == 3
    assert [(row.version, row.plate_g, row.via) for row in reports()] == [(1, 250_000, "api"), (2, 1, "api")]


def test_what_breaks_the_contract_is_refused_and_changes_nothing(app: Flask, platform: SignedClient):
    foreign = platform.post("/reports/waste", report(unit="COUNTY-2"))
    assert (foreign.status, foreign.error) == (403, "canteen.report_foreign_unit")
    assert platform.post("/reports/waste", report(period="2027-02")).status == 422
    broken = platform.post("/reports/waste", report(version=0))
    assert (broken.status, set(broken.envelope["data"]["fields"])) == (422, {"version"})
    halves = [{"name": "一", "figures": {**_HALF, "plate_g": 100_000}}] * 2
    uneven = platform.post("/reports/waste", report(canteens=halves))
    assert uneven.error == "canteen.report_sums"
    assert uneven.envelope["data"]["fields"] == {"figures": {"plate_g": ["应为 200000"]}}

    stranger = SignedClient(app, *make_device(kind=DeviceKind.PLATFORM, name="无主平台")[:2])
    assert stranger.post("/reports/waste", report()).error == "canteen.platform_not_linked"
    forged = SignedClient(app, platform.code, "x" * 43)
    assert forged.post("/reports/waste", report()).status == 401
    assert reports() == []


def test_a_scale_reports_for_nobody(app: Flask, compound, january: None):
    scale = SignedClient(app, *make_device(compound.canteen().id)[:2])
    assert scale.post("/reports/waste", report()).error == "devices.wrong_kind"


@pytest.fixture
def own(app: Flask, season: Season) -> Season:
    """A published December, and a superior platform that is this very application."""
    season.plant(season.canteens[0].id, "now", date(2026, 12, 7), 5, every=1, trays=8)
    code, secret, device_id = make_device(kind=DeviceKind.PLATFORM, name="本级平台")
    organs.unit("BUREAU", device_id=device_id)
    given = SuperiorSettings("http://superior.test", code, secret, "BUREAU")
    app.config["HOUQIN"] = replace(app.config["HOUQIN"], superior=given)
    return season


def superior(app: Flask) -> SuperiorPlatform:
    """The superior platform: this application over WSGI."""
    return SuperiorPlatform(
        app.config["HOUQIN"].superior, httpx.Client(transport=httpx.WSGITransport(app=app))
    )


def deaf(app: Flask) -> SuperiorPlatform:
    """The same, which does not answer."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    return SuperiorPlatform(
        app.config["HOUQIN"].superior, httpx.Client(transport=httpx.MockTransport(refuse))
    )


def sent() -> DirectReport:
    """The one report in the outbox."""
    db.session.rollback()
    return db.session.scalars(select(DirectReport)).one()


def test_a_published_month_reaches_the_superior_platform_once(app: Flask, own: Season):
    out = published(own)
    approver = own.client(own.approver)
    path = f"/admin/bulletins/{out['id']}/report"
    shown = approver.get(path).data
    assert VALIDATOR.is_valid(shown)
    assert own.client().post(path).status == 403
    queued = approver.post(path)
    assert (queued.status, queued.data["state"]) == (201, "waiting")
    assert approver.post(path).data["id"] == queued.data["id"]

    assert services.send_due(deaf(app)) == 0
    assert (sent().state, sent().attempts, sent().last_error) == ("waiting", 1, "ConnectError")
    assert services.send_due(superior(app)) == 0, "it waits before it tries again"
    with clock.at(JANUARY + timedelta(minutes=6)):
        assert services.send_due(superior(app)) == 1
        assert services.send_due(superior(app)) == 0
    settled = sent()
    assert (settled.state, settled.attempts) == ("accepted", 2)
    assert settled.receipt_no.startswith("BUREAU-2026-12-V1-")

    planted = own.sums[own.canteens[0].id, "now"]
    row = reports()[0]
    assert (row.meals_served, row.meals_measured, row.diners) == (
        planted.opened,
        planted.weighed,
        planted.diners,
    )
    assert row.plate_g == planted.plate_g == shown["figures"]["plate_g"]
    assert row.preparation_g == planted.grams.get("preparation.food")
    assert row.cost_fen == planted.cost_fen
    listed = approver.get("/admin/direct-reports").data["list"]
    assert [each["state"] for each in listed] == ["accepted"]
    assert own.client(own.official).get("/admin/direct-reports").status == 403


def test_a_month_that_two_report_at_once_is_queued_once(own: Season):
    out, client = published(own), own.client(own.approver)

    def ask() -> Answer:
        with clock.at(JANUARY):
            return client.post(f"/admin/bulletins/{out['id']}/report")

    assert [answer.status for answer in at_once([ask] * 4)] == [201] * 4
    db.session.rollback()
    assert len(db.session.scalars(select(DirectReport)).all()) == 1


def test_what_the_superior_refuses_stands_with_its_reason_until_it_is_sent_again(app: Flask, own: Season):
    out = published(own)

    @atomic
    def rename(code: str) -> None:
        db.session.scalars(select(Unit).where(Unit.canteen_id.is_(None))).one().code = code

    rename("OTHER")
    services.queue(SYSTEM, bulletin_id=out["id"])
    assert services.send_due(superior(app)) == 1
    assert sent().state == "refused"
    assert sent().last_error.startswith("canteen.report_foreign_unit")
    rename("BUREAU")
    assert services.send_due(superior(app)) == 0
    services.queue(SYSTEM, bulletin_id=out["id"])
    assert services.send_due(superior(app)) == 1
    assert sent().state == "accepted"


def test_only_a_published_month_is_reported_and_only_where_there_is_a_superior(app: Flask, own: Season):
    approver, drafter = own.client(own.approver), own.client()
    draft = drafter.post("/admin/bulletins", {"kind": "monthly", "first_day": "2026-11-01"}).data
    assert drafter.get(f"/admin/bulletins/{draft['id']}/report").error == "canteen.bulletin_not_reportable"
    assert approver.post(f"/admin/bulletins/{draft['id']}/report").status == 404
    out = published(own)
    app.config["HOUQIN"] = replace(app.config["HOUQIN"], superior=None)
    refused = approver.post(f"/admin/bulletins/{out['id']}/report")
    assert refused.error == "canteen.reporting_not_configured"
    assert services.send_due() == 0
