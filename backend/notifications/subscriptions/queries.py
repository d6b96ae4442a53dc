"""Reads of the ledger."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from backend.actor import Actor, Permission, ensure_everywhere
from backend.config import settings
from backend.db import db, table
from backend.identity.models import ExternalIdentity
from backend.identity.policies import WECHAT_MP
from backend.notifications import templates
from backend.notifications.errors import NotBound
from backend.notifications.kinds import Channel, Kind, all_kinds, find_kind
from backend.notifications.models import SubscriptionQuota
from backend.notifications.subscriptions import policies
from backend.notifications.subscriptions.policies import Wanted
from backend.notifications.templates import Template
from backend.wechat.models import PushEvent

_QUOTA = table(SubscriptionQuota)

EVENTS = ("subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event")


def find_identity(app: str, *, staff_id: int | None = None, openid: str | None = None) -> int | None:
    """The account at one of our mini-programs, by its holder or by openid; None if there is none."""
    registered = settings().wechat_apps.get(app)
    if registered is None:
        return None
    statement = select(ExternalIdentity.id).where(
        ExternalIdentity.provider == WECHAT_MP, ExternalIdentity.tenant == registered.appid
    )
    if staff_id is not None:
        statement = statement.where(ExternalIdentity.staff_id == staff_id)
    if openid is not None:
        statement = statement.where(ExternalIdentity.subject == openid)
    return db.session.scalar(statement)


def own_identity(actor: Actor, app: str) -> int:
    """The actor's own account at one of our mini-programs. Raises NotBound."""
    found = find_identity(app, staff_id=actor.staff_id)
    if found is None:
        raise NotBound
    return found


def to_ask(actor: Actor, *, app: str, about: str = "") -> list[Wanted]:
    """Which templates the actor's phone should ask for at the next tap; none without a bound account.

    `about` names the kinds of interest by the beginning of their keys (`canteen.`).
    """
    carried: dict[str, list[str]] = {}
    long_term: set[str] = set()
    for key, template in templates.templates_of(app).items():
        kind = find_kind(key)
        if kind is not None and key.startswith(about):
            carried.setdefault(template.template_id, []).append(kind.title)
            if template.is_long_term:
                long_term.add(template.template_id)
    identity_id = find_identity(app, staff_id=actor.staff_id)
    if identity_id is None or not carried:
        return []
    held = quotas_of(identity_id, carried)
    wanted = [
        Wanted(
            template_id,
            sorted(titles),
            held[template_id].remaining if template_id in held else 0,
            template_id in long_term,
        )
        for template_id, titles in carried.items()
    ]
    subscribed = {template_id for template_id, quota in held.items() if quota.is_long_term}
    return policies.to_ask(wanted, subscribed)


def quotas_of(identity_id: int, template_ids: Collection[str]) -> Mapping[str, SubscriptionQuota]:
    """What an account's quotas of these templates are, by template."""
    rows = db.session.scalars(
        select(SubscriptionQuota)
        .where(SubscriptionQuota.identity_id == identity_id, SubscriptionQuota.template_id.in_(template_ids))
        .execution_options(populate_existing=True)
    )
    return {row.template_id: row for row in rows}


def waiting_events(limit: int) -> list[PushEvent]:
    """What WeChat pushed about subscriptions and nobody has applied yet, in the order of its coming."""
    return list(
        db.session.scalars(
            select(PushEvent)
            .where(PushEvent.handled_at.is_(None), PushEvent.kind.in_(EVENTS))
            .order_by(PushEvent.id)
            .limit(limit)
        )
    )


# What administrators see


@dataclass(frozen=True, slots=True)
class TemplateStanding:
    """What carries one kind of message at one of our mini-programs, and how many accounts it can reach.

    `template_id` is None where no template is mapped. `fields` says by WeChat's key what goes there. Of the
    bound `accounts`, `reachable` have something left to receive.
    """

    app: str
    title: str
    template_id: str | None
    fields: Sequence[tuple[str, str]] = ()
    is_long_term: bool = False
    accounts: int = 0
    reachable: int = 0

    @property
    def exhausted(self) -> int:
        """How many accounts get nothing: they have none left, or never accepted the template."""
        return self.accounts - self.reachable


def standing(actor: Actor) -> list[TemplateStanding]:
    """Every kind that may go over WeChat, at each mini-program, with its template; two statements.

    Raises Forbidden unless the actor manages notifications for the whole compound.
    """
    ensure_everywhere(actor, Permission.NOTIFICATIONS_MANAGE)
    accounts, reachable = _accounts_by_tenant(), _reachable_by_template()
    found = []
    for app, registered in settings().wechat_apps.items():
        by_kind = templates.templates_of(app)
        for kind in all_kinds():
            template = by_kind.get(kind.key)
            if template is not None:
                held = reachable.get((registered.appid, template.template_id), 0)
                found.append(_standing(app, kind, template, accounts.get(registered.appid, 0), held))
            elif Channel.WECHAT in kind.channels:
                found.append(TemplateStanding(app, kind.title, None))
    return found


def _standing(app: str, kind: Kind, template: Template, accounts: int, reachable: int) -> TemplateStanding:
    labels = {field.name: field.label for field in kind.fields}
    fed = [(key, labels[name]) for key, name in template.fields.items()]
    fed += [(key, f"“{text}”") for key, text in template.constants.items()]
    return TemplateStanding(
        app, kind.title, template.template_id, fed, template.is_long_term, accounts, reachable
    )


def _accounts_by_tenant() -> dict[str, int]:
    """How many accounts are bound at each mini-program, by appid."""
    rows = db.session.execute(
        select(ExternalIdentity.tenant, func.count())
        .where(ExternalIdentity.provider == WECHAT_MP)
        .group_by(ExternalIdentity.tenant)
    )
    return {row[0]: row[1] for row in rows}


def _reachable_by_template() -> dict[tuple[str, str], int]:
    """How many accounts have something left, by appid and template."""
    rows = db.session.execute(
        select(ExternalIdentity.tenant, SubscriptionQuota.template_id, func.count())
        .join(ExternalIdentity, ExternalIdentity.id == SubscriptionQuota.identity_id)
        .where(or_(SubscriptionQuota.remaining > 0, SubscriptionQuota.is_long_term))
        .group_by(ExternalIdentity.tenant, SubscriptionQuota.template_id)
    )
    return {(tenant, template_id): count for tenant, template_id, count in rows}
