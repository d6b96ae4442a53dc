"""What the store lost and the kitchen cooked and left: counted once, corrected by taking back."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from canteen.production.plans import following as plans
from canteen.production.plans.following import Change, Outcome
from canteen.purchasing.stock import corrections
from canteen.purchasing.stock import operations as stock
from canteen.purchasing.stock.models import LossCause
from canteen.purchasing.tracing import eaters
from canteen.purchasing.tracing.eaters import MealKey
from canteen.waste import operations as waste
from canteen.waste import rebuilding
from canteen.waste.kitchen import policies, rules, services
from canteen.waste.kitchen.models import KitchenFact
from canteen.waste.models import (
    Container,
    Disposition,
    Kind,
    Stage,
    TrayBinding,
    WasteDish,
    WasteStage,
    Weighing,
)
from tests.canteen.kitchen import Kitchen
from tests.factories import MONDAY, NINE
from tests.threads import at_once


@pytest.mark.parametrize(
    ("outcome", "grams"),
    [
        (None, (None, None, None)),
        (Outcome(0, 0, 0), (None, None, None)),
        (Outcome(9_000, 0, 0), (9_000, None, 0)),
        (Outcome(9_000, 1_200, 400), (9_000, 400, 800)),
        (Outcome(9_000, 400, 400), (9_000, 400, 0)),
    ],
)
def test_what_a_plan_says_of_each_stage(outcome, grams):
    assert tuple(policies.grams_of(outcome)[each] for each in policies.OF_A_DISH) == grams


@pytest.fixture
def larder(compound):
    """A kitchen with its store, at nine o'clock of Monday."""
    with clock.at(NINE):
        yield Kitchen(compound)


def outcome(larder, dish, after, before=None, plan_dish_id=7):
    """Tell what came of a dish at Monday's lunch, as a plan does."""

    @atomic
    def tell():
        change = Change(
            plan_dish_id, larder.canteen.id, 1, MONDAY, "lunch", dish.id, before, after, clock.now()
        )
        plans.tell(SYSTEM, change)

    tell()


def weigh(larder, dish, kind, net_g, disposition=Disposition.DISCARD):
    @atomic
    def write():
        return waste.record(
            canteen_id=larder.canteen.id,
            served_on=MONDAY,
            period="lunch",
            kind=kind,
            net_g=net_g,
            entered_by=1,
            dish_id=dish.id,
            disposition=disposition,
        )

    return write()


@atomic
def take_back(weighing_id):
    waste.void(weighing_id, by=1, reason="称错")


def differences(larder):
    """What the rollups say and the facts do not."""
    return atomic(rebuilding.check_day)(larder.canteen.id, MONDAY)


def of_dish(dish):
    """Prepared, unserved and reused grams of a dish."""
    db.session.rollback()
    row = db.session.query(WasteDish).filter_by(dish_id=dish.id).populate_existing().one_or_none()
    return (row.prepared_g, row.unserved_g, row.reused_g) if row is not None else None


def storage(larder):
    """(day, grams, fen) of what the store lost."""
    db.session.rollback()
    rows = db.session.query(WasteStage).filter_by(canteen_id=larder.canteen.id, stage="storage")
    return [(row.served_on, row.net_g, row.cost_fen) for row in rows.populate_existing() if row.events]


def test_a_plans_outcome_counts_for_the_dish_and_a_correction_takes_the_place_of_it(larder):
    pork = larder.dish("红烧肉", cost_fen_per_kg=3_000)
    first, second = Outcome(9_000, 1_200, 400), Outcome(9_000, 500, 0)

    outcome(larder, pork, first)
    assert of_dish(pork) == (9_000, 800, 400)
    outcome(larder, pork, second, first)
    assert of_dish(pork) == (9_000, 500, 0)
    # Told again, nothing changes; taken back, nothing is left, and the trail of weighings says why.
    count = db.session.query(Weighing).count()
    outcome(larder, pork, second, first)
    assert db.session.query(Weighing).count() == count
    outcome(larder, pork, None, second)
    assert of_dish(pork) == (0, 0, 0)
    assert {row.reason for row in db.session.query(Weighing)} == {"备餐计划", "备餐记录已更正"}
    # The rollups are what the facts make of them.
    assert differences(larder) == []


def test_pans_that_somebody_weighed_go_before_the_plan_stage_by_stage(larder):
    pork, greens = larder.dish("红烧肉"), larder.dish("青菜")
    weigh(larder, pork, Kind.PAN_OUT, 8_000)

    outcome(larder, pork, Outcome(9_000, 1_200, 400))
    outcome(larder, greens, Outcome(5_000, 100, 0), plan_dish_id=8)

    # What went out was weighed, what came back was not.
    assert of_dish(pork) == (8_000, 800, 400)
    assert of_dish(greens) == (5_000, 100, 0)
    # A scale that comes back to the network sends what came back: the job lets the plan give way.
    back = weigh(larder, pork, Kind.PAN_BACK, 1_100)
    assert of_dish(pork) == (8_000, 1_900, 400)
    assert services.settle_all() == 2
    assert of_dish(pork) == (8_000, 1_100, 0)
    assert services.settle_all() == 0
    # That weighing was a mistake: the plan counts again.
    take_back(back)
    assert services.settle_all() == 2
    assert of_dish(pork) == (8_000, 800, 400)
    # Who takes the plan's own row back by hand has the last word, until the plan says something else.
    mine = db.session.query(KitchenFact).filter_by(dish_id=pork.id, stage=Stage.UNSERVED.value).one()
    take_back(mine.weighing_id)
    assert services.settle_all() == 0
    assert of_dish(pork) == (8_000, 0, 400)
    outcome(larder, pork, Outcome(9_000, 900, 400), Outcome(9_000, 1_200, 400))
    assert of_dish(pork) == (8_000, 500, 400)
    assert differences(larder) == []


def test_a_loss_of_the_store_is_storage_loss_of_the_meal_to_come_until_it_is_taken_back(larder):
    batch = larder.batch(larder.ingredient("白菜"), 10_000, 3_333)

    @atomic
    def lose():
        return stock.write_off(SYSTEM, batch.id, 3_000, cause=LossCause.SPOILED, reason="腐烂").id

    movement_id = lose()
    # 3 kg of 10 kg for 33.33 yuan.
    assert storage(larder) == [(MONDAY, 3_000, 999)]
    with clock.at(clock.now() + timedelta(hours=6)):
        lose()
    assert storage(larder)[1][0] == MONDAY + timedelta(days=1)

    @atomic
    def correct():
        corrections.void(SYSTEM, movement_id, reason="登记错误")

    correct()
    assert [(day, grams) for day, grams, _ in storage(larder)] == [(MONDAY + timedelta(days=1), 3_000)]
    # A canteen that weighs what the store throws away does not count it twice.
    larder.compound.rule(rules.LOSSES_COUNT, False, larder.canteen.id)
    before = storage(larder)
    lose()
    assert storage(larder) == before


def test_the_same_outcome_told_twice_at_once_counts_once(larder):
    pork = larder.dish("红烧肉")
    app = larder.compound.app

    def told():
        with app.app_context():
            outcome(larder, pork, Outcome(9_000, 1_200, 400))

    at_once([told] * 3)

    assert of_dish(pork) == (9_000, 800, 400)


def test_tracing_learns_who_carried_a_tray_to_which_the_dish_was_weighed(larder):
    pork, greens = larder.dish("红烧肉"), larder.dish("青菜")
    key = MealKey(larder.canteen.id, MONDAY, "lunch")
    of_pork, of_greens, unknown, nameless = (larder.compound.staff().id for _ in range(4))

    @atomic
    def serve():
        now = clock.now()
        for place, (staff_id, dish) in enumerate(
            [(of_pork, pork), (of_greens, greens), (unknown, None), (None, pork)]
        ):
            tray = Container(canteen_id=larder.canteen.id, kind="tray", code=f"T{place}", tare_g=400)
            db.session.add(tray)
            db.session.flush()
            db.session.add(
                TrayBinding(
                    container_id=tray.id,
                    canteen_id=larder.canteen.id,
                    served_on=MONDAY,
                    period="lunch",
                    bound_at=now,
                    bound_by=0,
                    staff_id=staff_id,
                    department_id=1,
                )
            )
            db.session.flush()
            if dish is not None:
                waste.record(
                    canteen_id=larder.canteen.id,
                    served_on=MONDAY,
                    period="lunch",
                    kind=Kind.SERVE_DELTA,
                    net_g=150,
                    entered_by=1,
                    dish_id=dish.id,
                    container_id=tray.id,
                )

    serve()

    assert eaters.of({key: {pork.id}}) == {(key, of_pork), (key, unknown)}
    assert nameless not in {staff_id for _, staff_id in eaters.of({key: {pork.id, greens.id}})}
    assert eaters.of({}) == set()
