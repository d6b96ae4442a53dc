"""People with accounts everywhere, kinds of messages to send them, and a look into the outbox."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from backend import clock, vault
from backend.actor import SYSTEM, ScopeKind
from backend.config import Settings
from backend.db import atomic, db
from backend.identity import operations as identity_operations
from backend.identity.models import Staff
from backend.notifications import operations
from backend.notifications.delivery.services import deliver_due
from backend.notifications.kinds import CHAT, Channel, Field, Kind
from backend.notifications.models import InboxMessage, OutboxRow, SubscriptionQuota
from backend.notifications.operations import Message
from tests.client import Client
from tests.factories import Compound
from tests.simulator import APP, WECOM, ZWDD, RunningSimulator, write_people

NEWS = Kind(
    "tests.news",
    title="测试消息",
    text="{what}将于 {when} 开始。",
    fields=(Field("what", "事项"), Field("when", "时间")),
    life=timedelta(hours=12),
)
BRIEF = Kind(
    "tests.brief", title="短时消息", text="{what}", fields=(Field("what", "事项"),), life=timedelta(hours=2)
)
ALARM = Kind(
    "tests.alarm",
    title="紧急消息",
    text="{what}，请立即处理。",
    fields=(Field("what", "事项"),),
    channels=(*CHAT, Channel.SMS, Channel.VOICE),
    is_urgent=True,
)
# By kind: the template's keys, and which field of ours goes where.
TEMPLATES: Mapping[str, tuple[str, dict[str, str]]] = {
    "tests.news": ("t-news", {"what": "thing1", "when": "time2"}),
    "tests.brief": ("t-brief", {"what": "thing1"}),
    "tests.alarm": ("t-alarm", {"what": "thing1"}),
}
NEWS_FIELDS = {"what": "消防演练", "when": "2026年11月23日 15:00"}


def write_templates(folder: Path, **changes: Any) -> Path:
    """A file of templates for the kinds of the tests; `changes` overwrite entries by kind (`tests_news`)."""
    entries = {
        kind: {"template_id": template_id, "keys": list(fields.values()), "fields": fields}
        for kind, (template_id, fields) in TEMPLATES.items()
    }
    for name, change in changes.items():
        entries[name.replace("_", ".", 1)].update(change)
    path = folder / "templates.json"
    path.write_text(json.dumps({"default": entries}), encoding="utf-8")
    return path


def live_with(settings: Settings, simulator: RunningSimulator, folder: Path) -> Settings:
    """The settings of a deployment whose channels are the simulator's, with the templates of the tests."""
    for template_id, fields in TEMPLATES.values():
        simulator.template(template_id, {key: name for name, key in fields.items()})
    return replace(settings, **simulator.settings(), wechat_templates=write_templates(folder))


class World:
    """The compound, the simulator, and what the tests do with both."""

    def __init__(self, app: Flask, compound: Compound, simulator: RunningSimulator) -> None:
        self.app = app
        self.compound = compound
        self.simulator = simulator
        self._people: list[dict[str, str]] = []

    def person(self, number: str = "", *, on: str = "wechat", phone: str = "", **staff: Any) -> Staff:
        """A member of staff with accounts `on` these channels, and a phone number if one is given."""
        number = number or f"{3001 + len(self._people)}"
        if phone:
            staff |= {"phone_cipher": vault.encrypt(phone), "phone_hash": vault.keyed_hash(phone)}
        made = self.compound.staff(number, **staff)
        self._people.append({"staff_no": number, "phone": phone})
        write_people(self.simulator.people_file, self._people)
        accounts = {
            "wechat": ("wechat_mp", APP.appid, self.simulator.openid(number)),
            "wecom": ("wecom", WECOM.corpid, self.simulator.userid(number)),
            "zwdd": ("zwdd", ZWDD.tenant_id, self.simulator.account_id(number)),
        }
        for name in on.split():
            provider, tenant, subject = accounts[name]
            self.bind(made, provider, tenant, subject)
        return made

    @staticmethod
    @atomic
    def bind(staff: Staff, provider: str, tenant: str, subject: str) -> None:
        """Bind an account."""
        identity_operations.bind_identity(
            SYSTEM, staff_id=staff.id, provider=provider, tenant=tenant, subject=subject
        )

    def administrator(self) -> Staff:
        """Somebody who looks after notifications, on no channel."""
        return self.compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})

    def subscribe(self, staff: Staff, template_id: str = "t-news", times: int = 1) -> Client:
        """Let a person accept a template so many times, at WeChat and in our ledger."""
        client = self.compound.client(staff)
        for _ in range(times):
            answered = {"results": [{"template_id": template_id, "result": "accept"}]}
            assert client.post("/subscriptions", answered).status == 200
        self.simulator.grant(template_id, times, staff.staff_no)
        return client

    def arrived(self, staff: Staff | None = None, channel: str = "") -> list[tuple[str, str, list[str]]]:
        """What came to phones, the oldest first: (staff number, channel, values)."""
        number = staff.staff_no if staff is not None else ""
        return [
            (each["staff_no"], each["channel"], [line["text"] for line in each["lines"]])
            for each in reversed(self.simulator.messages(number, channel))
        ]


@atomic
def tell(
    kind: Kind, *staff: Staff, dedupe: str = "1", fields: Mapping[str, str] | None = None, **more: Any
) -> int:
    """Notify people in a unit of work; how many messages are new."""
    given = fields or ({"what": "消防演练"} if kind is not NEWS else NEWS_FIELDS)
    return len(operations.notify(kind, [each.id for each in staff], given, dedupe=dedupe, **more))


@atomic
def tell_each(kind: Kind, messages: list[Message]) -> int:
    """Notify each of several people of something of their own."""
    return len(operations.notify_each(kind, messages))


def sends(staff: Staff | None = None) -> list[tuple[str, str, str]]:
    """The rows of the outbox, in order: (channel, state, error)."""
    db.session.rollback()
    statement = select(OutboxRow.channel, OutboxRow.state, OutboxRow.error).order_by(OutboxRow.id)
    if staff is not None:
        statement = statement.where(OutboxRow.staff_id == staff.id)
    return [tuple(row) for row in db.session.execute(statement)]


def states(staff: Staff | None = None) -> list[tuple[str, str]]:
    """The rows of the outbox without their errors."""
    return [(channel, state) for channel, state, _ in sends(staff)]


def inbox(staff: Staff) -> list[InboxMessage]:
    """A person's messages, the oldest first."""
    db.session.rollback()
    statement = select(InboxMessage).where(InboxMessage.staff_id == staff.id).order_by(InboxMessage.id)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def remaining(template_id: str = "t-news") -> int:
    """What our ledger says is left of a template, of everybody."""
    db.session.rollback()
    statement = select(SubscriptionQuota.remaining).where(SubscriptionQuota.template_id == template_id)
    return sum(db.session.scalars(statement))


def deliver_at(instant: Any) -> int:
    """Run a dispatcher at an instant."""
    with clock.at(instant):
        return deliver_due()
