"""The draw of a year's spot checks, as pure functions."""

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.evaluation.spot_checks.drawing import Candidate, Stratum, Terms, draw, due_year, number_of, quota

TERMS = Terms(year=2026, seed="福彩2026130期", percent=35, years=3, first_year=2026)


def terms(year, seed="seed"):
    return Terms(year=year, seed=seed, percent=35, years=3, first_year=2026)


def drawn(candidates, terms_=TERMS):
    return {lot.candidate.code for lot in draw(candidates, terms_) if lot.is_drawn}


@pytest.mark.parametrize(
    ("units", "percent", "expected"),
    [
        (10, 35, 4),
        (11, 35, 4),
        (36, 35, 13),
        (64, 35, 23),
        (0, 35, 0),
        (1, 35, 1),
        (20, 35, 7),
        (10, 100, 10),
    ],
)
def test_the_share_is_rounded_up(units, percent, expected):
    assert quota(units, percent) == expected


def test_a_number_is_the_published_hash_of_seed_year_and_code():
    published = hashlib.sha256("福彩2026130期|2026|COUNTY-1".encode()).hexdigest()
    assert number_of("福彩2026130期", 2026, "COUNTY-1") == published


@pytest.mark.parametrize(
    ("candidate", "year", "due", "stratum"),
    [
        (Candidate("a", 2026), 2026, 2028, Stratum.WAITING),
        (Candidate("a", 2026), 2028, 2028, Stratum.DUE),
        # Who was there before the first plan is counted from that.
        (Candidate("a", 2019), 2026, 2028, Stratum.WAITING),
        (Candidate("a", 2027), 2028, 2029, Stratum.WAITING),
        (Candidate("a", 2026, last_checked=2026), 2028, 2029, Stratum.REST),
        (Candidate("a", 2026, last_checked=2026), 2029, 2029, Stratum.DUE),
        # A year that nobody drew is made up for.
        (Candidate("a", 2026, last_checked=2026), 2031, 2029, Stratum.DUE),
        (Candidate("a", 2026, last_checked=2027, has_failed=True), 2028, 2030, Stratum.FAILED),
        (Candidate("a", 2026, last_checked=2027, is_named=True), 2028, 2030, Stratum.NAMED),
        (Candidate("a", 2026, last_checked=2025, is_kept=True, has_failed=True), 2028, 2028, Stratum.KEPT),
    ],
)
def test_a_unit_stands_in_the_first_stratum_that_fits(candidate, year, due, stratum):
    (lot,) = draw([candidate], terms(year))
    assert (due_year(candidate, terms(year)), lot.due_year, lot.stratum) == (due, due, stratum)


def test_whoever_must_be_in_is_in_beyond_the_quota():
    rest = [Candidate(f"r{n}", 2026, last_checked=2027) for n in range(4)]
    must = [Candidate(f"m{n}", 2026, last_checked=2025) for n in range(6)]
    assert drawn([*rest, *must], terms(2028)) == {each.code for each in must}


def test_of_the_others_the_lowest_numbers_fill_the_quota():
    found = drawn([Candidate(f"u{n}", 2026) for n in range(10)])
    ranked = sorted((f"u{n}" for n in range(10)), key=lambda code: number_of(TERMS.seed, 2026, code))
    assert found == set(ranked[:4])


def test_another_seed_draws_others():
    candidates = [Candidate(f"u{n}", 2026) for n in range(40)]
    assert drawn(candidates) != drawn(candidates, terms(2026, "another"))


codes = st.sets(st.text("ABC0123456789-", min_size=1, max_size=6), min_size=1, max_size=40)


@given(codes, st.text(min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_the_draw_depends_on_no_order_and_repeats_itself(found, seed, mixer):
    candidates = [Candidate(code, 2026, last_checked=mixer.choice([None, 2025])) for code in found]
    shuffled = random.Random(1).sample(candidates, len(candidates))
    assert draw(candidates, terms(2026, seed)) == draw(shuffled, terms(2026, seed))


changes = st.lists(st.tuples(st.integers(0, 8), st.floats(0, 0.4)), min_size=8, max_size=8)


@given(st.integers(1, 30), changes, st.randoms(use_true_random=False))
def test_every_year_has_its_share_and_three_years_reach_everybody(at_first, years, mixer):
    """Units join and leave between the draws; some fail, some are named."""
    units = {f"u{n}": (2026, None) for n in range(at_first)}
    last_in = dict.fromkeys(units, 0)
    for step, (joining, leaving) in enumerate(years):
        year = 2026 + step
        candidates = [
            Candidate(code, joined, last, False, mixer.random() < 0.05, mixer.random() < 0.05)
            for code, (joined, last) in units.items()
        ]
        chosen = drawn(candidates, terms(year, f"seed {year}"))
        assert len(chosen) >= quota(len(units), 35)
        for code, (joined, _) in list(units.items()):
            last_in[code] = 0 if code in chosen else last_in[code] + 1
            # Three draws in a row that saw the unit, and none took it: never.
            assert last_in[code] < 3
            if code in chosen:
                units[code] = (joined, year)
        for code in [each for each in units if mixer.random() < leaving]:
            del units[code]
        for n in range(joining):
            units[f"n{year}.{n}"] = (year + 1 if n % 2 else year, None)
            last_in[f"n{year}.{n}"] = 0
