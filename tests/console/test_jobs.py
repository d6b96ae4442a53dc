"""The jobs: what they are called, how they went, and whether anybody runs them."""

import re
from datetime import timedelta

import pytest

from backend import clock, jobs
from backend.actor import ScopeKind
from backend.flows import schedule
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

PATH = "/console/jobs"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def administrator(app, compound):
    """The administrator at the console, on Monday at nine."""
    with clock.at(NINE):
        yield Console(app, compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def known(name):
    return next(job for job in schedule.all_jobs() if job.name == name)


def ran(name, due_at, *, takes=timedelta(seconds=2), error=None):
    job = known(name)
    with clock.at(due_at):
        jobs.claim(job, due_at, "one")
    with clock.at(due_at + takes):
        jobs.finish(job, due_at, "one", error=error)


def row(text, title):
    """The cells of a job's row as texts."""
    found = re.search(rf"<tr>\s*<th[^>]*>{title}</th>(.*?)</tr>", text, re.S)[1]
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", cell)).strip() for cell in found.split("</td>")][:-1]


def test_every_job_is_there_with_its_title_and_schedule_and_no_raw_name(administrator):
    text = administrator.page(PATH)
    for job in schedule.all_jobs():
        assert row(text, job.title)[:2] == [schedule.in_words(job.cron), "从未运行"]
    assert "* * * *" not in text
    assert "还没有任何任务运行过" in text


def test_the_last_firing_and_the_tallies_of_seven_days_are_told(administrator):
    ran("audit.seal", NINE - 8 * DAY)
    ran("audit.seal", NINE - 6 * DAY)
    ran("audit.seal", NINE - HOUR, error="ValueError: 封存失败")
    ran("audit.seal", NINE - 5 * MINUTE)
    jobs.record_missed(known("audit.seal"), [NINE - DAY, NINE - 2 * DAY], "one")
    cells = row(administrator.page(PATH), "封存审计记录")
    assert cells == ["每 5 分钟", "今天 08:55", "成功", "2.0 秒", "2", "1", "2"]


def test_a_failure_says_why_and_a_quick_job_took_less_than_a_tenth(administrator):
    ran("audit.seal", NINE - MINUTE, takes=MINUTE / 6000, error="ValueError: <坏>")
    cells = row(administrator.page(PATH), "封存审计记录")
    assert cells[2:4] == ["失败 ValueError: &lt;坏&gt;", "不到 0.1 秒"]


def test_what_failed_or_was_missed_is_listed_and_narrowed(administrator):
    ran("audit.seal", NINE - HOUR, error="ValueError: 封存失败")
    ran("media.collect_orphans", NINE - HOUR)
    jobs.record_missed(known("media.sweep_store"), [NINE - DAY, NINE - 2 * DAY], "one")

    def listed(**query):
        part = administrator.page(PATH, **query).partition('<div id="list">')[2]
        return re.findall(r'<td class="nowrap">([^<]*)</td>\s*<td>', part)

    assert listed() == ["封存审计记录", "清扫图片存储", "清扫图片存储"]
    assert listed(state="failed") == ["封存审计记录"]
    assert listed(job="media.sweep_store") == ["清扫图片存储"] * 2
    assert listed(page_size=2, page=2) == ["清扫图片存储"]
    assert listed(job="no.such") == []
    # What went well is no trouble.
    assert len(listed(state="finished")) == 3
    assert administrator.get(PATH, state="x").status_code == 422


@pytest.mark.parametrize(("minutes", "warned"), [(4, False), (6, True)])
def test_a_silence_of_some_minutes_means_that_no_scheduler_is_alive(administrator, minutes, warned):
    ran("notifications.deliver", NINE - minutes * MINUTE)
    text = administrator.page(PATH)
    assert ("定时任务进程可能已停止" in text) is warned
    assert ("最近一次任务是 今天 08:54 的" in text) is warned


def test_a_firing_that_its_runner_abandoned_is_told(administrator):
    with clock.at(NINE - HOUR):
        jobs.claim(known("audit.seal"), NINE - HOUR, "dead")
    text = administrator.page(PATH)
    assert "1 次运行中途失去响应" in text
    assert "封存审计记录（今天 08:00）" in text
    assert row(text, "封存审计记录")[2] == "正在运行"


def test_only_who_reads_jobs_everywhere_sees_them(app, compound):
    campus = compound.campus()
    with clock.at(NINE):
        narrow = compound.staff(roles={"administrator": (ScopeKind.CAMPUS, campus.id)})
        for staff in (narrow, compound.staff()):
            assert Console(app, staff).get(PATH).status_code == 403


def test_the_page_takes_few_statements_however_many_firings_there_are(administrator):
    for minute in range(30):
        ran("notifications.deliver", NINE - minute * MINUTE, error="x")
    with counted_statements() as sent:
        administrator.page(PATH)
    assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent
