"""A store with rice, for the tests of what comes and goes."""

from datetime import timedelta

from sqlalchemy import select, update

from backend import clock
from backend.actor import Actor, Grant, Permission, ScopeKind
from backend.db import atomic, db
from canteen.purchasing.stock.models import Batch


class Store:
    """A kitchen's store: `keeper` keeps it, `manager` approves, `actor` acts without HTTP."""

    def __init__(self, kitchen):
        self.kitchen = kitchen
        self.rice = kitchen.ingredient("大米", category="grain", storage="ambient")
        self.keeper = kitchen.storekeeper
        self.manager = kitchen.manager
        person = kitchen.staff["storekeeper"]
        grants = (Grant(frozenset(Permission), ScopeKind.COMPOUND, 0),)
        self.actor = Actor(person.id, person.staff_no, person.name, 0, 0, grants)

    def batch(self, grams, *, days=30, cost_fen=None, **columns):
        """A batch of rice that is good for so many days; a fen a gram."""
        expires_on = clock.today() + timedelta(days=days) if days is not None else None
        cost_fen = grams if cost_fen is None else cost_fen
        return self.kitchen.batch(self.rice, grams, cost_fen, expires_on=expires_on, **columns)

    def issue(self, grams):
        """Issue rice."""
        return self.issue_lines({"ingredient_id": self.rice.id, "grams": grams})

    def issue_lines(self, *lines, **body):
        """Issue these lines."""
        return self.keeper.post(
            "/canteen/stock/issues", {"canteen_id": self.kitchen.canteen.id, "lines": list(lines), **body}
        )

    def left(self, *batches):
        """What the batches have left."""
        db.session.rollback()
        rows = dict(db.session.execute(select(Batch.id, Batch.remaining_g)).all())
        return [rows[batch.id] for batch in batches]

    def set(self, batch, **columns):
        """Change a batch behind everybody's back."""

        @atomic
        def write():
            db.session.execute(update(Batch).where(Batch.id == batch.id).values(**columns))

        write()
