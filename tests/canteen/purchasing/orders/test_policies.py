"""What to buy, which steps an order takes, and how much may be delivered. Pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.purchasing.orders import policies
from canteen.purchasing.orders.errors import CorrectionTooLarge, OverDelivered
from canteen.purchasing.orders.models import OrderState
from canteen.purchasing.orders.policies import Pool

GRAMS = st.integers(0, 10_000_000)


@given(
    needed=st.integers(1, 10_000_000),
    stock=GRAMS,
    on_order=GRAMS,
    arriving=GRAMS,
    promised=GRAMS,
    pack=st.integers(1, 50_000) | st.none(),
)
def test_what_is_bought_is_never_below_the_need_and_less_than_a_pack_above(
    needed, stock, on_order, arriving, promised, pack
):
    pool = Pool(stock, on_order, min(arriving, on_order), promised)
    need = policies.meet(needed, pool, pack)
    rest = needed - need.stock_g - need.on_order_g
    assert 0 <= rest <= need.wanted_g
    assert need.wanted_g < rest + (pack or 1)
    assert need.wanted_g % (pack or 1) == 0
    # Nothing is counted on that is not there, or that somebody else needs.
    covered = need.stock_g + need.on_order_g
    assert need.stock_g <= stock
    assert covered <= stock + pool.arriving_g
    assert covered <= max(0, stock + on_order - promised)
    assert rest == 0 or covered == pool.free_g


@pytest.mark.parametrize(
    ("needed", "pool", "pack", "expected"),
    [
        (10_000, Pool(), 3_000, (0, 0, 12_000)),
        (10_000, Pool(), None, (0, 0, 10_000)),
        (9_000, Pool(), 3_000, (0, 0, 9_000)),
        (10_000, Pool(stock_g=4_000, on_order_g=2_000, arriving_g=2_000), 3_000, (4_000, 2_000, 6_000)),
        # What comes too late, or is promised to others, is not counted on.
        (10_000, Pool(stock_g=4_000, on_order_g=2_000), 3_000, (4_000, 0, 6_000)),
        (10_000, Pool(stock_g=4_000, promised_g=3_000), 3_000, (1_000, 0, 9_000)),
        # An order that comes later covers a promise for later, and the stock is free for now.
        (5_000, Pool(stock_g=5_000, on_order_g=5_000, promised_g=5_000), 1_000, (5_000, 0, 0)),
        (5_000, Pool(stock_g=9_000), 1_000, (5_000, 0, 0)),
    ],
)
def test_needs_are_met_from_stock_then_orders_then_packs(needed, pool, pack, expected):
    need = policies.meet(needed, pool, pack)
    assert (need.stock_g, need.on_order_g, need.wanted_g) == expected


@pytest.mark.parametrize(
    ("net_g", "price_fen", "pack_g", "amount"),
    [
        (9_960, 2_405, 1_000, 23_954),  # 23,953.8
        (500, 1, 1_000, 1),  # Half a fen is one.
        (499, 1, 1_000, 0),
        (-500, 1, 1_000, -1),
        (0, 2_405, 1_000, 0),
    ],
)
def test_an_amount_is_rounded_half_up_and_taken_back_as_it_was_given(net_g, price_fen, pack_g, amount):
    assert policies.amount_fen(net_g, price_fen, pack_g) == amount


@pytest.mark.parametrize(
    ("received", "net", "word", "refused"),
    [
        (0, 10_000, "", None),
        (0, 10_500, "", None),  # Five percent more is tolerated.
        (0, 10_501, "", OverDelivered),
        (0, 10_501, "节前多备", None),
        (9_000, 1_501, "", OverDelivered),
        (9_000, -9_000, "", None),
        (9_000, -9_001, "", CorrectionTooLarge),
        (12_000, -1, "", None),
    ],
)
def test_more_than_was_ordered_needs_a_word(received, net, word, refused):
    def take():
        policies.ensure_amount("大米", received_g=received, net_g=net, ordered_g=10_000, percent=5, word=word)

    if refused is None:
        take()
    else:
        with pytest.raises(refused):
            take()


def test_the_steps_of_an_order_end_somewhere():
    assert policies.TRANSITIONS.keys() == set(OrderState)
    ends = {state for state, after in policies.TRANSITIONS.items() if not after}
    assert ends == {OrderState.CLOSED, OrderState.CANCELLED}
    assert OrderState.APPROVED not in policies.TRANSITIONS[OrderState.DRAFT]


@pytest.mark.parametrize(
    ("count", "number"), [(1, "CG2026-0001"), (9_999, "CG2026-9999"), (10_000, "CG2026-10000")]
)
def test_a_number_has_room_for_a_busy_year(count, number):
    assert policies.number_of("CG", 2026, count) == number


def test_grams_are_shown_as_kilograms():
    assert [policies.kilograms(grams) for grams in (0, 500, 12_500, 10_000)] == ["0", "0.5", "12.5", "10"]
