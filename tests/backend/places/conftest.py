"""Fixtures: a campus with a furnished building, and who manages what."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import Actor, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from backend.identity.policies import hash_token
from backend.identity.queries import find_session
from tests.client import Answer, Client
from tests.factories import NINE, Compound


class Estate:
    """Two campuses, of which the first has a building with a floor and two rooms; and their managers."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.manager = self.client(ScopeKind.COMPOUND, 0)
        self.campus = self.made("campus", "中心院区")
        self.other = self.made("campus", "东院区", position=1)
        self.building = self.made("building", "1号楼", self.campus)
        self.floor = self.made("floor", "3层", self.building)
        self.rooms = [self.made("room", name, self.floor) for name in ("301", "302")]
        self.gate = self.made("spot", "北门", self.campus, spot_kind="gate")
        self.official = compound.client(compound.staff())

    def client(self, kind: ScopeKind, scope_id: int) -> Client:
        """Who manages places within a scope."""
        return self.compound.client(self.compound.staff(roles={"administrator": (kind, scope_id)}))

    def actor(self, client: Client) -> Actor:
        """The actor behind a client."""
        found = find_session(hash_token(client.token or ""))
        assert found is not None
        return found.actor

    def create(
        self,
        kind: str,
        name: str,
        parent: dict[str, Any] | None = None,
        by: Client | None = None,
        **more: Any,
    ) -> Answer:
        """Ask for a new place."""
        below = {"parent_kind": parent["kind"], "parent_id": parent["id"]} if parent else {}
        return (by or self.manager).post("/admin/places", {"kind": kind, "name": name, **below, **more})

    def made(self, kind: str, name: str, parent: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A new place."""
        answer = self.create(kind, name, parent, **more)
        assert answer.status == 201
        return answer.data

    def change(self, place: dict[str, Any], by: Client | None = None, **changes: Any) -> Answer:
        """Change a place, all else staying as it was."""
        body = {key: place[key] for key in ("name", "position", "is_active", "spot_kind")}
        return (by or self.manager).put(f"/admin/places/{place['kind']}/{place['id']}", {**body, **changes})

    def move(self, place: dict[str, Any], parent: dict[str, Any], by: Client | None = None) -> Answer:
        """Put a place elsewhere."""
        body = {"parent_kind": parent["kind"], "parent_id": parent["id"]}
        return (by or self.manager).put(f"/admin/places/{place['kind']}/{place['id']}/parent", body)

    def hang(self, *places: dict[str, Any], by: Client | None = None) -> Answer:
        """Ask for plates."""
        refs = [{"kind": place["kind"], "id": place["id"]} for place in places]
        return (by or self.manager).post("/admin/places/plates", {"places": refs})

    def plate(self, place: dict[str, Any]) -> dict[str, Any]:
        """The plate of a place."""
        (plate,) = self.hang(place).data["list"]
        return plate

    def scan(self, token: str) -> Answer:
        """What an official's phone hears after scanning."""
        return self.official.get(f"/places/plates/{token}")

    def names(self) -> list[str]:
        """The paths of all places in use, as a phone lists them."""
        return [" / ".join(path) for path in _walk(self.official.get("/places").data["list"], ())]

    def trail(self, action: str) -> list[dict[str, Any]]:
        """The details of the audited events of one kind."""
        db.session.rollback()
        found = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
        return [event.details for event in db.session.scalars(found)]


def _walk(branches: list[dict[str, Any]], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for branch in branches:
        path = (*above, branch["name"])
        yield path
        yield from _walk(branch["children"], path)


@pytest.fixture
def estate(compound: Compound) -> Iterator[Estate]:
    """Places, on a Monday morning."""
    with clock.at(NINE):
        yield Estate(compound)
