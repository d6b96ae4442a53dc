"""Use cases of direct reports: ours to a superior platform, and those of other platforms to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.config import SuperiorSettings, settings
from backend.db import atomic
from backend.devices import operations as devices
from backend.devices import policies as device_policies
from backend.devices.models import DeviceKind
from backend.devices.policies import SignedRequest
from canteen.bulletins import operations as bulletin_operations
from canteen.bulletins import queries as bulletins
from canteen.bulletins.direct_reports import operations, policies, queries
from canteen.bulletins.direct_reports.client import SuperiorPlatform
from canteen.bulletins.direct_reports.errors import (
    ForeignUnit,
    NotReportable,
    PlatformNotLinked,
    PlatformUnavailable,
    ReportDiffers,
    ReportingNotConfigured,
    ReportOutdated,
)
from canteen.bulletins.direct_reports.models import DirectReport, ReceivedReport
from canteen.bulletins.models import BulletinKind
from canteen.bulletins.queries import BulletinView
from canteen.evaluation.units import operations as units
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Via
from canteen.evaluation.units.policies import Figures

_BATCH = 20
# What of a report the unit's monthly figures have a place for.
_TAKEN = (
    *("diners", "meals_served", "meals_measured", "prepared_g", "storage_g", "preparation_g"),
    *("unserved_g", "plate_g", "reused_g", "purchased_g", "purchase_fen", "cost_fen"),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a report was taken; `is_repeated` if it had been taken before."""

    receipt_no: str
    unit: str
    period: str
    version: int
    replaced_version: int | None
    received_at: datetime
    is_repeated: bool


def payload(actor: Actor, *, bulletin_id: int) -> dict[str, Any]:
    """The report that a bulletin makes, for whoever wants to look at it before it is sent.

    Raises Forbidden, BulletinNotFound or, unless it is the latest published version of a month,
    NotReportable.
    """
    ensure_everywhere(actor, Permission.BULLETINS_READ)
    configured = settings().superior
    return _payload(bulletins.find(actor, bulletin_id), configured.unit if configured else "未设置")


@atomic
def queue(actor: Actor, *, bulletin_id: int) -> DirectReport:
    """Have a month reported to the superior platform; again is harmless, and repeats what was refused.

    Raises Forbidden, BulletinNotFound, NotReportable or ReportingNotConfigured.
    """
    ensure_everywhere(actor, Permission.BULLETINS_PUBLISH)
    configured = _superior()
    # Of two who ask at once the second finds what the first has queued.
    bulletin_operations.lock(bulletin_id)
    content = _payload(bulletins.find_published(actor, bulletin_id), configured.unit)
    queued = operations.queue(
        actor,
        bulletin_id=bulletin_id,
        unit_code=configured.unit,
        period=content["period"],
        version=content["version"],
        payload=policies.encoded(content),
        at=clock.now(),
    )
    audit.record(
        actor,
        "canteen.report_queued",
        "bulletin",
        bulletin_id,
        bulletin_period=content["period"],
        version_no=content["version"],
    )
    return queued


def send_due(platform: SuperiorPlatform | None = None) -> int:
    """Send what is due; returns how many reports the platform has answered.

    A platform that does not answer is asked again later, each time after a longer while. Sent twice, a
    report is taken once, so that a firing that was cut off is harmless.
    """
    configured = settings().superior
    if platform is None:
        if configured is None:
            return 0
        platform = SuperiorPlatform(configured)
    answered = 0
    for report_id, report in queries.due(clock.now(), _BATCH):
        try:
            answer = platform.send(report)
        except PlatformUnavailable as error:
            _postpone(report_id, str((error.data or {}).get("why", "")))
        else:
            _settle(report_id, answer)
            answered += 1
    return answered


@atomic
def receive(device: SignedRequest, *, report: Mapping[str, Any]) -> Receipt:
    """Take a unit's report from its platform, once for each version; a newer version takes the older's place.

    Raises WrongDeviceKind, Replayed, PlatformNotLinked, ForeignUnit, ReportSums, ReportDiffers,
    ReportOutdated, or what `units.operations.take_report` raises.
    """
    devices.accept(device)
    device_policies.ensure_kind(device, DeviceKind.PLATFORM)
    unit = unit_queries.unit_of_device(device.device_id)
    if unit is None:
        raise PlatformNotLinked
    if report["unit"] != unit.code:
        raise ForeignUnit(unit=report["unit"])
    policies.ensure_sums(report["figures"], report.get("canteens", []))
    content = policies.encoded(_plain(report))
    period, version = f"{report['period']:%Y-%m}", report["version"]
    known = queries.received(unit.id, period)
    same = next((each for each in known if each.version == version), None)
    if same is not None:
        if same.payload_hash != policies.digest(content):
            raise ReportDiffers(version=version)
        return _receipt(same, unit.code, is_repeated=True)
    if known and known[0].version > version:
        raise ReportOutdated(newest=known[0].version, version=version)
    taken = units.take_report(
        unit.id,
        report["period"],
        Figures(**{name: report["figures"].get(name) for name in _TAKEN}, remark=report.get("remark", "")),
        Via.API,
        actor=SYSTEM,
        device_id=device.device_id,
    )
    kept = operations.receive(
        ReceivedReport(
            unit_id=unit.id,
            device_id=device.device_id,
            period=period,
            version=version,
            payload_hash=policies.digest(content),
            payload=content.decode(),
            report_id=taken.report.id,
            receipt_no=policies.receipt_no(unit.code, period, version, policies.digest(content)),
            replaced_version=known[0].version if known else None,
            received_at=clock.now(),
        )
    )
    return _receipt(kept, unit.code, is_repeated=False)


def _plain(report: Mapping[str, Any]) -> dict[str, Any]:
    return {**report, "period": f"{report['period']:%Y-%m}", "schema": str(report["schema"])}


def _receipt(kept: ReceivedReport, unit: str, *, is_repeated: bool) -> Receipt:
    return Receipt(
        receipt_no=kept.receipt_no,
        unit=unit,
        period=kept.period,
        version=kept.version,
        replaced_version=kept.replaced_version,
        received_at=kept.received_at,
        is_repeated=is_repeated,
    )


def _payload(view: BulletinView, unit: str) -> dict[str, Any]:
    bulletin = view.bulletin
    if view.kind is not BulletinKind.MONTHLY or bulletin.published_at is None or view.superseded_by:
        raise NotReportable
    return policies.payload_of(
        view.figures,
        unit=unit,
        period=view.period,
        version=bulletin.version,
        issue_no=view.issue_no,
        reported_at=clock.local(bulletin.published_at).replace(microsecond=0).isoformat(),
        remark=bulletin.correction_reason,
    )


def _superior() -> SuperiorSettings:
    configured = settings().superior
    if configured is None:
        raise ReportingNotConfigured
    return configured


@atomic
def _settle(report_id: int, answer: Any) -> None:
    operations.settle(report_id, answer, at=clock.now())


@atomic
def _postpone(report_id: int, why: str) -> None:
    operations.postpone(report_id, why, at=clock.now())
