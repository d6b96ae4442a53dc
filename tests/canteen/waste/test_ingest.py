"""Batches of devices: what counts, what is held back, what is refused, and that repeating changes nothing."""

from datetime import timedelta

import pytest

from backend import clock
from tests.canteen.waste.kitchen import at, db_rows, event, results, totals
from tests.canteen.waste.recount import recount
from tests.factories import MONDAY

TUESDAY = MONDAY + timedelta(days=1)


def test_a_tray_counts_what_was_left_of_what_was_served(kitchen):
    """Case 20: gross 612, tare 480, served 503: 132 g, 26.24 %."""
    dish = kitchen.dishes[0].id
    answer = kitchen.send(
        event(1, "serve_delta", "11:40", tray="T0", dish_id=dish, gross_g=303),
        event(2, "serve_delta", "11:41", tray="T0", dish_id=kitchen.dishes[1].id, gross_g=200),
        event(3, "tray_return", "12:05", tray="T0", gross_g=612),
    )
    assert results(answer) == ["accepted"] * 3
    meal = kitchen.meal()
    assert (meal["trays"], meal["clean_trays"], meal["tray_leftover_g"]) == (1, 0, 132)
    assert (meal["rated_trays"], meal["rated_served_g"], meal["rated_leftover_g"]) == (1, 503, 132)
    assert round(100 * meal["rated_leftover_g"] / meal["rated_served_g"], 2) == 26.24
    assert kitchen.stages() == {("served", "pan", "mixed"): 503, ("plate", "tray", "mixed"): 132}


def test_a_tare_above_the_gross_weight_is_held_back_and_in_no_total(kitchen):
    """Case 21."""
    answer = kitchen.send(event(1, "tray_return", gross_g=300, tare_g=480))
    assert results(answer) == ["quarantined"]
    assert kitchen.stages() == {}
    assert (kitchen.meal()["trays"], kitchen.meal()["quarantined"]) == (0, 1)
    assert db_rows("SELECT quarantine_code, counted_g FROM weighings") == [
        {"quarantine_code": "tare_gt_gross", "counted_g": 0}
    ]


def test_the_same_event_thrice_counts_once_and_another_under_its_number_is_in_conflict(kitchen):
    """Case 23, per item."""
    first = event(1, "bin_delta", bin="B-PLATE", gross_g=500)
    assert results(kitchen.send(first)) == ["accepted"]
    assert results(kitchen.send(first, first)) == ["duplicate", "duplicate"]
    answer = kitchen.send({**first, "gross_g": 501}, event(2, "bin_delta", bin="B-PLATE", gross_g=7))
    assert results(answer) == ["conflict", "accepted"]
    assert answer.data["items"][0]["code"] == "waste.seq_reused"
    assert (answer.data["conflict"], answer.data["accepted"]) == (1, 1)
    assert kitchen.stages() == {("plate", "bulk", "edible"): 507}


def test_what_comes_twice_within_one_batch_counts_once(kitchen):
    first = event(1, "bin_delta", bin="B-PLATE", gross_g=500)
    answer = kitchen.send(first, first, {**first, "gross_g": 900})
    assert results(answer) == ["accepted", "duplicate", "conflict"]
    assert kitchen.stages() == {("plate", "bulk", "edible"): 500}


def test_an_offline_lunch_event_counts_for_yesterday_s_lunch(kitchen):
    """Case 24: received at two in the morning of the next day."""
    with clock.at(at("02:00", TUESDAY)):
        kitchen.send(
            event(1, "bin_delta", "12:10", bin="B-PLATE", gross_g=800),
            event(2, "bin_delta", "00:30", bin="B-PLATE", gross_g=50, day=TUESDAY),
        )
    assert kitchen.stages() == {("plate", "bulk", "edible"): 800}
    assert kitchen.stages(period="dinner") == {("plate", "bulk", "edible"): 50}


def test_clean_trays_bear_at_most_ten_grams_and_a_second_return_changes_nothing(kitchen):
    """Case 26: 0, 8, 10, 11, 45 make 60 %."""
    kitchen.container("tray", "T9", 480)
    nets = {"T0": 0, "T1": 8, "T2": 10, "T3": 11, "T9": 45}
    kitchen.send(
        *(
            event(seq, "tray_return", tray=tray, gross_g=480 + net)
            for seq, (tray, net) in enumerate(nets.items(), start=1)
        )
    )
    before = totals()
    assert (kitchen.meal()["clean_trays"], kitchen.meal()["trays"]) == (3, 5)
    assert results(kitchen.send(event(6, "tray_return", "12:06", tray="T1", gross_g=900))) == ["accepted"]
    assert totals() == before


def test_a_tray_that_is_filled_again_begins_another_round(kitchen):
    dish = kitchen.dishes[0].id
    kitchen.send(
        event(1, "serve_delta", "11:40", tray="T0", dish_id=dish, gross_g=300),
        event(2, "tray_return", "12:00", tray="T0", gross_g=480),
        event(3, "serve_delta", "12:10", tray="T0", dish_id=dish, gross_g=400),
        event(4, "tray_return", "12:30", tray="T0", gross_g=500),
    )
    meal = kitchen.meal()
    assert (meal["trays"], meal["rated_served_g"], meal["rated_leftover_g"]) == (2, 700, 20)


def test_bones_that_were_weighed_apart_are_no_return(kitchen):
    kitchen.send(
        event(1, "tray_return", "12:00", tray="T0", gross_g=485, edible="edible"),
        event(2, "tray_return", "12:01", tray="T0", gross_g=560, edible="inedible"),
    )
    assert kitchen.meal()["clean_trays"] == 1
    assert kitchen.stages() == {("plate", "tray", "edible"): 5, ("plate", "tray", "inedible"): 80}


def test_a_tray_that_nobody_registered_is_an_anonymous_one(kitchen):
    answer = kitchen.send(
        event(1, "tray_return", tray="X1", gross_g=490, tare_g=480),
        event(2, "tray_return", tray="X1", gross_g=490),
        event(3, "tray_return", gross_g=520, tare_g=480),
    )
    assert results(answer) == ["accepted", "rejected", "accepted"]
    assert answer.data["items"][1]["code"] == "waste.container_unknown"
    meal = kitchen.meal()
    assert (meal["trays"], meal["clean_trays"], meal["tray_leftover_g"]) == (2, 1, 50)


def test_storage_and_preparation_belong_to_the_meal_to_come(kitchen):
    kitchen.send(
        event(1, "bin_delta", "08:40", bin="B-PREP", gross_g=700),
        event(2, "bin_delta", "08:40", bin="B-PLATE", gross_g=90),
        event(3, "bin_delta", "12:40", stage="storage", gross_g=300),
    )
    assert kitchen.stages() == {("preparation", "bulk", "mixed"): 700}
    assert kitchen.stages(period="breakfast") == {("plate", "bulk", "edible"): 90}
    assert kitchen.stages(period="dinner") == {("storage", "bulk", "mixed"): 300}


def test_what_is_weighed_long_after_a_meal_waits_for_a_person(kitchen):
    """On Saturday evening there was no meal since Friday's dinner; what says its meal is believed."""
    on = {"wall": "20:00", "day": MONDAY - timedelta(days=2)}
    named = {"served_on": "2026-11-20", "period": "dinner"}
    answer = kitchen.send(
        event(1, "bin_delta", bin="B-PLATE", gross_g=90, **on),
        event(2, "bin_empty", bin="B-PLATE", **on),
        event(3, "bin_delta", bin="B-PREP", gross_g=700, **on),
        event(4, "bin_delta", bin="B-PLATE", gross_g=60, **on, **named),
    )
    assert results(answer) == ["quarantined", "accepted", "accepted", "accepted"]
    assert db_rows("SELECT quarantine_code FROM weighings WHERE seq = 1") == [{"quarantine_code": "no_meal"}]
    friday = MONDAY - timedelta(days=3)
    assert kitchen.stages(friday, "dinner") == {("plate", "bulk", "edible"): 60}
    assert kitchen.stages(period="breakfast") == {("preparation", "bulk", "mixed"): 700}
    assert totals() == recount()


def test_a_named_meal_goes_before_the_instant(kitchen):
    named = {"served_on": "2026-11-20", "period": "dinner"}
    kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=60, **named))
    assert kitchen.stages(MONDAY - timedelta(days=3), "dinner") == {("plate", "bulk", "edible"): 60}


def test_pans_and_leftovers_tell_of_a_dish_what_it_cost(kitchen):
    dish = kitchen.dishes[2].id
    kitchen.send(
        event(1, "pan_out", "11:20", pan="P1", dish_id=dish, gross_g=12_500, served_on="2026-11-23",
              period="lunch"),
        event(2, "pan_back", "12:40", pan="P1", dish_id=dish, gross_g=3_500),
        event(3, "pan_back", "12:41", pan="P1", dish_id=dish, gross_g=4_500, disposition="reuse"),
        event(4, "dish_leftover", "12:42", dish_id=dish, gross_g=333, tare_g=0),
    )  # fmt: skip # One event a line.
    (row,) = db_rows("SELECT * FROM waste_dishes")
    assert (row["prepared_g"], row["unserved_g"], row["unserved_weighings"]) == (10_000, 1_000, 1)
    assert (row["reused_g"], row["leftover_g"], row["leftovers"]) == (2_000, 333, 1)
    # 1000 g × 33.33 = 3333 fen; 333 g × 33.33 = 1109.889, rounded half up once per event.
    assert row["cost_fen"] == 3_333 + 1_110


def test_noise_and_emptying_count_nothing_but_are_kept(kitchen):
    answer = kitchen.send(
        event(1, "bin_delta", bin="B-PLATE", gross_g=4),
        event(2, "bin_delta", bin="B-PLATE", gross_g=5),
        event(3, "bin_delta", bin="B-PLATE", gross_g=-8_000),
        event(4, "bin_empty", bin="B-PLATE"),
    )
    assert results(answer) == ["accepted"] * 4
    assert kitchen.stages() == {("plate", "bulk", "edible"): 5}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"stable": False}, "unstable"),
        ({"overload": True, "gross_g": None}, "overload"),
        ({"gross_g": 70_000}, "implausible"),
    ],
)
def test_a_doubtful_event_is_held_back(kitchen, fields, code):
    raw = {**event(1, "bin_delta", bin="B-PLATE", gross_g=500), **fields}
    sent = {name: value for name, value in raw.items() if value is not None}
    assert results(kitchen.send(sent, event(2, "bin_delta", bin="B-PLATE", gross_g=20))) == [
        "quarantined",
        "accepted",
    ]
    assert kitchen.stages() == {("plate", "bulk", "edible"): 20}
    assert kitchen.meal()["quarantined"] == 1
    assert db_rows("SELECT quarantine_code FROM weighings WHERE seq = 1") == [{"quarantine_code": code}]


def test_a_clock_that_is_off_is_put_right_and_one_far_off_is_held_back(kitchen):
    fast = timedelta(minutes=9)
    sent = {"bin": "B-PLATE", "gross_g": 100}
    # Its clock shows 11:38 for 11:29, which is still breakfast's.
    assert results(kitchen.send(event(1, "bin_delta", "11:38", **sent), off=fast)) == ["accepted"]
    assert kitchen.stages(period="breakfast") == {("plate", "bulk", "edible"): 100}
    assert results(kitchen.send(event(2, "bin_delta", **sent), off=timedelta(minutes=10, seconds=1))) == [
        "quarantined"
    ]
    # The way of a request is not the clock's fault.
    kitchen.send(event(3, "bin_delta", "11:30", **sent), off=timedelta(seconds=4))
    assert kitchen.stages() == {("plate", "bulk", "edible"): 100}


WRONG = [
    ("no object", "waste.event_invalid"),
    ({"seq": 0}, "waste.event_invalid"),
    ({"seq": True}, "waste.event_invalid"),
    ({"kind": "entry"}, "waste.event_invalid"),
    ({"kind": ["bin_delta"]}, "waste.event_invalid"),
    ({"captured_at": "2026-11-23T12:00:00"}, "waste.event_invalid"),
    ({"captured_at": 5}, "waste.event_invalid"),
    ({"gross_g": 1.5}, "waste.event_invalid"),
    ({"gross_g": None}, "waste.event_invalid"),
    ({"gross_g": 10**12}, "waste.event_invalid"),
    ({"tray": "T0"}, "waste.event_invalid"),
    ({"surprise": 1}, "waste.event_invalid"),
    ({"bin": "B-NONE"}, "waste.container_unknown"),
    ({"bin": None}, "waste.event_invalid"),
    ({"stage": "unserved"}, "waste.event_invalid"),
    ({"edible": "perhaps"}, "waste.event_invalid"),
    ({"stable": "yes"}, "waste.event_invalid"),
    ({"period": "lunch"}, "waste.event_invalid"),
    ({"served_on": "2026-11-25", "period": "lunch"}, "waste.event_invalid"),
    ({"served_on": "2026-11-23", "period": "tea"}, "waste.event_invalid"),
    ({"raw_frame": "x" * 41}, "waste.event_invalid"),
    ({"reason": "a\x00b"}, "waste.event_invalid"),
    ({"disposition": "sold"}, "waste.event_invalid"),
    ({"kind": "pan_out", "bin": None}, "waste.event_invalid"),
    ({"kind": "pan_out", "bin": None, "dish_id": 10**9}, "waste.dish_unknown"),
    ({"kind": "tray_return", "bin": None}, "waste.tare_missing"),
]


def test_a_wrong_event_is_refused_by_itself(kitchen):
    """One canteen for all of them: what was refused leaves no trace."""
    for number, (raw, code) in enumerate(WRONG, start=1):
        wrong = raw
        if isinstance(raw, dict):
            whole = {**event(number, "bin_delta", bin="B-PLATE", gross_g=500), **raw}
            wrong = {name: value for name, value in whole.items() if value is not None}
        answer = kitchen.send(wrong, event(1_000 + number, "bin_delta", bin="B-PLATE", gross_g=20))
        assert results(answer) == ["rejected", "accepted"], raw
        refused = answer.data["items"][0]
        assert (refused["code"], refused["index"]) == (code, 0), raw
        assert refused["msg"]
        assert kitchen.stages() == {("plate", "bulk", "edible"): 20 * number}
    # Their numbers are free.
    assert results(kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=30))) == ["accepted"]


def test_a_batch_is_refused_as_a_whole_only_if_it_is_none(kitchen):
    for events in ([], "x", [event(1, "bin_delta")] * 1001):
        body = {"sent_at": clock.now().isoformat(), "events": events}
        assert kitchen.scales[0].post("/devices/weighings", body).error == "app.invalid"
    assert db_rows("SELECT * FROM weighings") == []


def test_another_canteen_s_dishes_and_containers_are_unknown(kitchen):
    elsewhere = kitchen.compound.dish(kitchen.compound.canteen())
    answer = kitchen.send(event(1, "dish_leftover", dish_id=elsewhere.id, gross_g=20, tare_g=0))
    assert answer.data["items"][0]["code"] == "waste.dish_unknown"


def test_weighings_are_never_changed(kitchen):
    import sqlalchemy

    from backend.db import atomic, unit

    kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=500))
    for statement in ("UPDATE weighings SET counted_g = 1", "DELETE FROM weighings"):

        @atomic
        def change(statement=statement):
            unit().execute(sqlalchemy.text(statement))

        with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
            change()
