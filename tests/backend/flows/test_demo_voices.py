"""What people of the demo said: ratings, suggestions, reminders that went astray."""

from backend import clock
from backend.flows.demo import DemoReport
from backend.notifications.models import SendState
from backend.ratings import services as rating_services
from tests.backend.flows.demo_house import (
    NOON,
    WEDNESDAY,
    instant_of,
    one,
    rows,
)


def test_ratings_are_of_meals_that_were_picked_up_and_their_rollup_is_their_sum(demo: DemoReport) -> None:
    of_no_order = (
        "SELECT r.id FROM ratings r LEFT JOIN orders o ON o.id = r.subject_id AND o.staff_id = r.rater_id"
        " AND o.canteen_id = r.provider_id AND o.served_on = r.served_on AND o.state = 'picked_up'"
        " AND o.department_id = r.department_id AND o.picked_up_at < r.rated_at"
        " WHERE r.service = 'canteen.order' AND o.id IS NULL"
    )
    assert rows(of_no_order) == []
    assert one("SELECT count(*) FROM ratings WHERE service = 'canteen.order'") > 30
    assert instant_of(one("SELECT max(rated_at) FROM ratings")) <= NOON
    per_rating = rows(
        "SELECT r.service, count(*), count(DISTINCT r.id) FROM ratings r"
        " JOIN rating_scores s ON s.rating_id = r.id GROUP BY 1 ORDER BY 1"
    )
    assert [(name, scores // ratings) for name, scores, ratings in per_rating] == [
        ("canteen.dish", 1),
        ("canteen.order", 5),
        ("feedback.report", 3),
        ("property.work_order", 3),
    ]
    assert rating_services.reconcile() == []


def test_dishes_are_rated_by_who_ate_them_beside_the_meal(demo: DemoReport) -> None:
    beside = (
        "SELECT r.id FROM ratings r"
        " LEFT JOIN order_lines l ON l.id = r.subject_id AND l.dish_id = r.provider_id"
        " LEFT JOIN ratings m ON m.service = 'canteen.order' AND m.subject_id = l.order_id"
        " AND m.rater_id = r.rater_id AND m.rated_at = r.rated_at"
        " WHERE r.service = 'canteen.dish' AND m.id IS NULL"
    )
    assert rows(beside) == []
    assert one("SELECT count(*) FROM ratings WHERE service = 'canteen.dish'") > 100


def test_suggestions_are_in_every_state_and_answered_after_they_were_sent(demo: DemoReport) -> None:
    counted = dict(rows("SELECT state, count(*) FROM suggestions GROUP BY state"))
    assert counted.keys() == {"open", "replied", "closed"}
    wrong = (
        "SELECT s.id FROM suggestions s LEFT JOIN suggestion_replies r ON r.suggestion_id = s.id"
        " WHERE r.replied_at <= s.sent_at OR s.closed_at <= r.replied_at"
        " OR (r.id IS NULL) <> (s.state = 'open')"
    )
    assert rows(wrong) == []
    assert instant_of(one("SELECT max(replied_at) FROM suggestion_replies")) <= NOON


def test_some_reminders_of_the_last_days_went_astray(demo: DemoReport) -> None:
    told = "FROM inbox_messages m LEFT JOIN outbox o ON o.message_id = m.id WHERE m.kind LIKE 'canteen.%'"
    states = dict(rows(f"SELECT o.state, count(*) {told} AND o.id IS NOT NULL GROUP BY o.state"))
    assert {"sent", "no_quota"} <= states.keys() <= set(SendState) - {SendState.WAITING, SendState.LEASED}
    strays = (
        "SELECT m.id FROM inbox_messages m LEFT JOIN outbox o ON o.message_id = m.id"
        " AND o.staff_id = m.staff_id WHERE o.id IS NULL AND m.kind = 'canteen.pickup_reminder'"
    )
    assert rows(strays) == []
    # Those of today are the scheduler's.
    latest = instant_of(one(f"SELECT max(m.created_at) {told}"))
    assert clock.local(latest).date() < WEDNESDAY
