"""`flask ratings reconcile`."""

from sqlalchemy import text

from backend.db import atomic, db, unit


def test_the_figures_are_proved_and_a_difference_is_told(app):
    @atomic
    def tamper():
        unit().execute(
            text("INSERT INTO rating_days VALUES ('test.repair', 'team', 3, '2026-11-23', '', 0, 0, 0, 0, 1)")
        )

    runner = app.test_cli_runner()
    assert runner.invoke(args=["ratings", "reconcile"]).output == "评价统计与明细相符\n"
    tamper()
    db.session.rollback()
    told = runner.invoke(args=["ratings", "reconcile"])
    assert told.exit_code == 1
    assert "账 (0, 0, 0, 0, 0)，实 (0, 0, 0, 0, 1)" in told.output
