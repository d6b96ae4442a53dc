"""Whatever happens in whatever order: nothing is below zero, grams and cost are those of the movements."""

from datetime import timedelta

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from backend import clock
from backend.db import atomic, db
from backend.errors import AppError
from canteen.purchasing.stock import corrections, moving, operations, reconciling
from canteen.purchasing.stock.models import Batch, Count, CountLine, LossCause, Movement
from canteen.purchasing.stock.operations import Arrival
from canteen.purchasing.stock.policies import Lot
from tests.canteen.purchasing.stock.store import Store

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["arrive", "issue", "issue", "issue", "return", "lose", "void", "count", "block"]),
        st.integers(0, 50),
        st.integers(1, 900),
    ),
    min_size=5,
    max_size=25,
)


def test_any_story_of_a_store_adds_up(kitchen, soak):
    store = Store(kitchen)
    examples = 200 if soak else 8
    quick = hypothesis_settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not soak
    )
    quick(given(STEPS)(lambda steps: _live(store, steps)))()


def _live(store, steps):
    """Each story begins with another ingredient: those before stay, and must stay right."""
    store.rice = store.kitchen.ingredient()
    store.kitchen.batch(store.rice, 1_000, 777)
    for step, pick, grams in steps:
        before = _lots(store)
        try:
            moved = _STEPS[step](store, pick, grams)
        except AppError:
            db.session.rollback()
            assert _lots(store) == before
            continue
        db.session.rollback()
        if step == "issue":
            _check_order(before, moved)
    assert reconciling.check() == []
    rows = db.session.execute(select(Batch.remaining_g, Batch.remaining_cost_fen)).all()
    assert all(grams >= 0 and fen >= 0 for grams, fen in rows)
    sums = select(func.sum(Movement.delta_g), func.sum(Movement.cost_fen))
    kept = select(func.sum(Batch.remaining_g), func.sum(Batch.remaining_cost_fen))
    assert db.session.execute(sums).one() == db.session.execute(kept).one()


def _lots(store):
    """What may be issued, as the books have it."""
    rows = db.session.execute(
        select(
            *(Batch.id, Batch.remaining_g, Batch.remaining_cost_fen, Batch.expires_on, Batch.received_at),
            *(Batch.is_blocked,),
        ).where(Batch.ingredient_id == store.rice.id)
    ).all()
    today = clock.today()
    return {
        row[0]: Lot(*row[:5]) for row in rows if row[1] and not row[5] and (row[3] is None or row[3] >= today)
    }


def _check_order(before, moved):
    taken = {batch_id: -delta_g for batch_id, delta_g in moved}
    assert set(taken) <= set(before)
    last = max(before[batch_id].order for batch_id in taken)
    for lot in before.values():
        assert lot.order > last or taken.get(lot.id) == lot.remaining_g or lot.order == last


@atomic
def _arrive(store, pick, grams):
    expires_on = clock.today() + timedelta(days=pick % 7 - 2) if pick % 5 else None
    arrival = Arrival(
        store.kitchen.canteen.id, store.rice.id, grams, grams * pick // 9, expires_on=expires_on
    )
    operations.add_batches(store.actor, [arrival], at=clock.now())


@atomic
def _issue(store, _pick, grams):
    moved = operations.issue(store.actor, store.kitchen.canteen.id, store.rice.id, grams)
    return [(each.batch_id, each.delta_g) for each in moved]


@atomic
def _return(store, pick, grams):
    issues = _ids(select(Movement.id).where(_own(store, Movement), Movement.kind == "issue"))
    if issues:
        operations.give_back(store.actor, issues[pick % len(issues)], grams)


@atomic
def _lose(store, pick, grams):
    batches = _ids(select(Batch.id).where(_own(store, Batch)))
    wanted = grams if pick % 3 else None
    operations.write_off(
        store.actor, batches[pick % len(batches)], wanted, cause=LossCause.OTHER, reason="漏"
    )


@atomic
def _void(store, pick, _grams):
    movements = _ids(select(Movement.id).where(_own(store, Movement)))
    corrections.void(store.actor, movements[pick % len(movements)], reason="误")


@atomic
def _count(store, pick, grams):
    batches = _ids(select(Batch.id).where(_own(store, Batch)))
    (batch,) = moving.lock([batches[pick % len(batches)]])
    line = CountLine(count_id=_a_count(store), batch_id=batch.id, counted_g=grams, book_g=batch.remaining_g)
    line.note = ""
    corrections.book_count(store.actor, [line], reason="盘点")


@atomic
def _block(store, pick, _grams):
    batches = _ids(select(Batch.id).where(_own(store, Batch)))
    batch_id = batches[pick % len(batches)]
    if pick % 2:
        operations.block(store.actor, [batch_id], reason="查")
    else:
        operations.unblock([batch_id])


_STEPS = {
    "arrive": _arrive,
    "issue": _issue,
    "return": _return,
    "lose": _lose,
    "void": _void,
    "count": _count,
    "block": _block,
}


def _own(store, model):
    return model.ingredient_id == store.rice.id


def _ids(statement):
    return list(db.session.scalars(statement.order_by("id")))


def _a_count(store):
    found = db.session.scalar(select(Count.id))
    if found is None:
        count = Count(
            canteen_id=store.kitchen.canteen.id, opened_at=clock.now(), opened_by=0, opened_by_name="系统"
        )
        db.session.add(count)
        db.session.flush()
        found = count.id
    return found
