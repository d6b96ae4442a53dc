"""A canteen, its manager and an administrator: who may change which rules."""

from datetime import datetime
from typing import Any

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from tests.client import Answer, Client
from tests.factories import Compound

CODE = "canteen.pickup_code_minutes"
DEPOSIT = "canteen.max_deposit_fen"


class Office:
    """One canteen with rules of its own, and the people around it."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.canteen = compound.canteen()
        self.manager = self.client("canteen_manager", ScopeKind.CANTEEN, self.canteen.id, name="钱经理")
        self.waiter = self.client("canteen_staff", ScopeKind.CANTEEN, self.canteen.id)
        self.administrator = self.client("administrator", ScopeKind.COMPOUND)
        self.official = compound.client(compound.staff())

    def client(self, role: str, kind: ScopeKind, scope_id: int = 0, **staff: Any) -> Client:
        """A new member of staff with one role, logged in."""
        return self.compound.client(self.compound.staff(roles={role: (kind, scope_id)}, **staff))

    def set(
        self,
        value: Any,
        *,
        seen: int = 0,
        key: str = CODE,
        scope_id: int | None = None,
        by: Client | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> Answer:
        """Decide a rule of the canteen (or of the compound, with scope_id=0), by its manager."""
        body = {
            "scope_id": self.canteen.id if scope_id is None else scope_id,
            "value": value,
            "reason": "试一试",
            "seen_version_id": seen,
            **fields,
        }
        if at is not None:
            body["effective_at"] = clock.local(at).isoformat()
        return (by or self.manager).put(f"/rules/{key}", body)

    def history(self, by: Client | None = None, *, key: str = CODE, **address: Any) -> Answer:
        """What was decided about a rule."""
        address.setdefault("scope_id", self.canteen.id)
        return (by or self.manager).get(f"/rules/{key}/history", **address)

    def rule(self, by: Client | None = None, *, key: str = CODE) -> Any:
        """How a rule stands, as the list shows it."""
        found = (by or self.manager).get("/rules").data["list"]
        (one,) = [each for each in found if each["key"] == key and each["variant"] in ("", "lunch")]
        return one

    def now_is(self, instant: datetime) -> Any:
        """Hold the clock there, and let the test's own session see what was committed meanwhile."""
        db.session.rollback()
        return clock.at(instant)
