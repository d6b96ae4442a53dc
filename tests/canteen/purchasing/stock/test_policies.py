"""The arithmetic of the store, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.purchasing.stock import policies
from canteen.purchasing.stock.policies import Lot, Usability

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@st.composite
def lots(draw):
    """Lots of one ingredient, some of which never expire."""
    count = draw(st.integers(0, 6))
    return [
        Lot(
            id=number,
            remaining_g=draw(st.integers(1, 5_000)),
            remaining_cost_fen=draw(st.integers(0, 10_000)),
            expires_on=draw(st.none() | st.dates(TODAY, TODAY + timedelta(days=5))),
            received_at=NOON + timedelta(hours=draw(st.integers(0, 3))),
        )
        for number in range(1, count + 1)
    ]


@given(lots(), st.integers(1, 20_000))
def test_an_issue_takes_all_of_what_expires_first_before_it_touches_the_next(some, grams):
    takings = policies.allocate(some, grams)
    held = sum(lot.remaining_g for lot in some)
    if grams > held:
        assert takings is None
        return
    assert sum(taking.grams for taking in takings) == grams
    by_id = {lot.id: lot for lot in some}
    last = max(by_id[taking.batch_id].order for taking in takings)
    taken = {taking.batch_id: taking.grams for taking in takings}
    for lot in some:
        if lot.order < last:
            assert taken[lot.id] == lot.remaining_g
        elif lot.order > last:
            assert lot.id not in taken
    left = policies.less(some, takings)
    assert all(lot.remaining_g >= 0 and lot.remaining_cost_fen >= 0 for lot in left)
    assert all(lot.remaining_cost_fen == 0 for lot in left if lot.remaining_g == 0)
    spent = sum(taking.cost_fen for taking in takings)
    assert spent + sum(lot.remaining_cost_fen for lot in left) == sum(lot.remaining_cost_fen for lot in some)


@given(st.integers(0, 100_000), st.lists(st.integers(1, 500), min_size=1, max_size=20))
def test_pieces_cost_what_the_whole_cost_and_none_is_off_by_more_than_a_fen(cost_fen, pieces):
    left_g, left_fen = sum(pieces), cost_fen
    for grams in pieces:
        paid = policies.cost_of(grams, left_g, left_fen)
        assert abs(paid - left_fen * grams / left_g) <= 0.5
        left_g, left_fen = left_g - grams, left_fen - paid
        assert left_fen >= 0
    assert (left_g, left_fen) == (0, 0)


def test_nothing_is_taken_of_less():
    with pytest.raises(ValueError, match="5 g of 4 g"):
        policies.cost_of(5, 4, 1)


@given(st.integers(1, 10**9))
def test_a_code_leads_back_to_its_batch_however_it_is_written(batch_id):
    code = policies.code_of(batch_id)
    assert policies.id_of(code) == batch_id
    assert policies.id_of(f" {code[:4].lower()}-{code[4:]} ") == batch_id
    assert policies.id_of(code[2:]) == batch_id


@given(st.integers(1, 10**7), st.integers(0, 20), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(batch_id, place, by):
    digits = policies.code_of(batch_id)[2:]
    place %= len(digits)
    wrong = str((int(digits[place]) + by) % 10)
    assert policies.id_of(digits[:place] + wrong + digits[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "PC", "PC12", "XY0000123", "12345", "PC00000１2"])
def test_what_is_no_code_names_no_batch(text):
    assert policies.id_of(text) is None


@pytest.mark.parametrize(
    ("produced", "days", "labelled", "last"),
    [
        (date(2026, 11, 1), 5, None, date(2026, 11, 6)),
        (date(2026, 11, 1), 5, date(2026, 11, 4), date(2026, 11, 4)),
        (None, 5, None, None),
        (date(2026, 11, 1), None, None, None),
    ],
)
def test_the_last_day_is_the_labels_or_follows_from_the_shelf_life(produced, days, labelled, last):
    assert policies.last_day(produced, days, labelled) == last


@pytest.mark.parametrize(
    ("left", "blocked", "expires", "word"),
    [
        (0, True, -1, Usability.EMPTY),
        (5, True, -1, Usability.BLOCKED),
        (5, False, -1, Usability.EXPIRED),
        (5, False, 0, Usability.EXPIRING),
        (5, False, 3, Usability.EXPIRING),
        (5, False, 4, Usability.USABLE),
        (5, False, None, Usability.USABLE),
    ],
)
def test_the_gravest_word_is_said(left, blocked, expires, word):
    expires_on = TODAY + timedelta(days=expires) if expires is not None else None
    found = policies.usability(
        remaining_g=left, is_blocked=blocked, expires_on=expires_on, on=TODAY, warn_days=3
    )
    assert found is word


def test_weights_and_prices_of_packs():
    assert policies.pack_cost(12_500, 5_000, 3_333) == 8_333
    assert [policies.kilograms(grams) for grams in (1_250, 800, 12_000, 1)] == ["1.25", "0.8", "12", "0.001"]
