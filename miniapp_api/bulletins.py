"""通报: read by everybody once published, drafted and signed off by those who work on them."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from canteen.bulletins import queries, services
from canteen.bulletins.direct_reports import services as direct_reports
from canteen.bulletins.direct_reports.schemas import DirectReportOut
from canteen.bulletins.models import Media
from canteen.bulletins.schemas import (
    AllBulletinsQuery,
    BulletinChangeOut,
    BulletinCorrectionIn,
    BulletinDecisionIn,
    BulletinDetailOut,
    BulletinDraftIn,
    BulletinOut,
    BulletinReturnIn,
    BulletinsQuery,
    BulletinTextsIn,
    ManagedBulletinDetailOut,
    ManagedBulletinOut,
)
from miniapp_api.waste_ledger import PDF, XLSX

blueprint = Blueprint("bulletins", __name__, description="反食品浪费通报")

_ONE = "/admin/bulletins/<id:bulletin_id>"
_READ = Permission.BULLETINS_READ
_MANAGE, _PUBLISH = Permission.BULLETINS_MANAGE, Permission.BULLETINS_PUBLISH


def _file(actor: Actor, bulletin_id: int, media: Media) -> File:
    found = services.document(actor, bulletin_id=bulletin_id, media=media)
    return File(found.content, f"{found.name}.{media.value}", PDF if media is Media.PDF else XLSX)


@endpoint(
    blueprint,
    "GET",
    "/bulletins",
    permission=Permission.SELF,
    query=BulletinsQuery,
    out=BulletinOut,
    many=True,
)
def list_bulletins(actor: Actor, query: dict[str, Any]) -> Any:
    """The published bulletins, the latest first"""
    return queries.page_published(actor, **query)


@endpoint(blueprint, "GET", "/bulletins/<id:bulletin_id>", permission=Permission.SELF, out=BulletinDetailOut)
def get_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """A published bulletin"""
    return queries.find_published(actor, bulletin_id)


@endpoint(blueprint, "GET", "/bulletins/<id:bulletin_id>/pdf", permission=Permission.SELF, file=PDF)
def get_bulletin_pdf(actor: Actor, bulletin_id: int) -> File:
    """A published bulletin on paper"""
    queries.find_published(actor, bulletin_id)
    return _file(actor, bulletin_id, Media.PDF)


@endpoint(blueprint, "GET", "/bulletins/<id:bulletin_id>/xlsx", permission=Permission.SELF, file=XLSX)
def get_bulletin_xlsx(actor: Actor, bulletin_id: int) -> File:
    """The annex of a published bulletin"""
    queries.find_published(actor, bulletin_id)
    return _file(actor, bulletin_id, Media.XLSX)


@endpoint(blueprint, "GET", "/bulletins/<id:bulletin_id>/export", permission=Permission.SELF)
def export_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """A published bulletin as data, with the hash of it"""
    return queries.exported(actor, bulletin_id)


@endpoint(
    blueprint,
    "GET",
    "/admin/bulletins",
    permission=_READ,
    query=AllBulletinsQuery,
    out=ManagedBulletinOut,
    many=True,
)
def list_all_bulletins(actor: Actor, query: dict[str, Any]) -> Any:
    """Bulletins in every state, for those who draft them or sign them off"""
    return queries.page_all(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/admin/bulletins",
    permission=_MANAGE,
    body=BulletinDraftIn,
    out=ManagedBulletinDetailOut,
    status=201,
)
def draft_bulletin(actor: Actor, body: dict[str, Any]) -> Any:
    """Begin the bulletin of a month or a quarter, with the figures as they stand"""
    return services.draft(actor, **body)


@endpoint(blueprint, "GET", _ONE, permission=_READ, out=ManagedBulletinDetailOut)
def get_managed_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """A bulletin in whatever state, for those who work on them"""
    return queries.find_managed(actor, bulletin_id)


@endpoint(blueprint, "GET", f"{_ONE}/changes", permission=_READ, out=BulletinChangeOut, many=True)
def list_bulletin_changes(actor: Actor, bulletin_id: int) -> Any:
    """What has changed since its figures were taken"""
    return queries.changes(actor, bulletin_id)


@endpoint(blueprint, "GET", f"{_ONE}/pdf", permission=_READ, file=PDF)
def get_managed_bulletin_pdf(actor: Actor, bulletin_id: int) -> File:
    """A bulletin on paper; a draft says that it is one"""
    return _file(actor, bulletin_id, Media.PDF)


@endpoint(blueprint, "GET", f"{_ONE}/xlsx", permission=_READ, file=XLSX)
def get_managed_bulletin_xlsx(actor: Actor, bulletin_id: int) -> File:
    """The annex of a bulletin"""
    return _file(actor, bulletin_id, Media.XLSX)


@endpoint(blueprint, "PUT", _ONE, permission=_MANAGE, body=BulletinTextsIn, out=ManagedBulletinDetailOut)
def edit_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Change the texts of a draft"""
    return services.edit(actor, bulletin_id=bulletin_id, **body)


@endpoint(blueprint, "POST", f"{_ONE}/figures", permission=_MANAGE, out=ManagedBulletinDetailOut)
def refresh_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """Take the figures of a draft anew"""
    return services.refresh(actor, bulletin_id=bulletin_id)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/submit",
    permission=_MANAGE,
    body=BulletinDecisionIn,
    out=ManagedBulletinDetailOut,
)
def submit_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Hand a draft in to be signed off"""
    return services.submit(actor, bulletin_id=bulletin_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/return",
    permission=_PUBLISH,
    body=BulletinReturnIn,
    out=ManagedBulletinDetailOut,
)
def return_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Give a submitted bulletin back with an opinion"""
    return services.return_(actor, bulletin_id=bulletin_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/publish",
    permission=_PUBLISH,
    body=BulletinDecisionIn,
    out=ManagedBulletinDetailOut,
)
def publish_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Sign a submitted bulletin off: everybody may read it, and it never changes again"""
    return services.publish(actor, bulletin_id=bulletin_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/corrections",
    permission=_MANAGE,
    body=BulletinCorrectionIn,
    out=ManagedBulletinDetailOut,
    status=201,
)
def correct_bulletin(actor: Actor, bulletin_id: int, body: dict[str, Any]) -> Any:
    """Begin the version that corrects a published bulletin"""
    return services.correct(actor, bulletin_id=bulletin_id, **body)


@endpoint(blueprint, "DELETE", _ONE, permission=_MANAGE)
def discard_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """Drop a draft"""
    services.discard(actor, bulletin_id=bulletin_id)


@endpoint(blueprint, "GET", f"{_ONE}/report", permission=_READ)
def get_bulletin_report(actor: Actor, bulletin_id: int) -> Any:
    """The direct report that a published month makes"""
    return direct_reports.payload(actor, bulletin_id=bulletin_id)


@endpoint(blueprint, "POST", f"{_ONE}/report", permission=_PUBLISH, out=DirectReportOut, status=201)
def report_bulletin(actor: Actor, bulletin_id: int) -> Any:
    """Report a published month to the superior platform"""
    return direct_reports.queue(actor, bulletin_id=bulletin_id)
