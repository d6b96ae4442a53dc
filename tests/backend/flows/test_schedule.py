"""What runs by itself, and when in words."""

import re

import pytest

from backend.flows import schedule


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("* * * * *", "每分钟"),
        ("*/5 * * * *", "每 5 分钟"),
        ("23 * * * *", "每小时第 23 分"),
        ("17 3 * * *", "每天 03:17"),
        ("0 9 1 * *", "每月 1 日 09:00"),
        ("30 8 * * mon-fri", "周一至周五 08:30"),
        ("0 7 * * sun", "每周日 07:00"),
    ],
)
def test_a_schedule_is_told_in_words(cron, words):
    assert schedule.in_words(cron) == words


@pytest.mark.parametrize(
    "cron",
    ["0 9 1 1 *", "0 9 1 * mon", "*/5 9 * * *", "0 */2 * * *", "0,30 * * * *", "0 9 * * mon,fri"],
)
def test_what_has_no_words_is_refused_and_not_told_wrongly(cron):
    with pytest.raises(ValueError, match="no words"):
        schedule.in_words(cron)


def test_every_job_has_a_chinese_title_of_its_own_and_a_schedule_in_words():
    known = schedule.all_jobs()
    assert len({job.title for job in known}) == len(known) > 10
    for job in known:
        assert re.fullmatch("[一-鿿]{3,12}", job.title), job.name
        assert schedule.in_words(job.cron)
