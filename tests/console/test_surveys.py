"""问卷调查 at the console: drafts, a survey under way, and results that keep it unknown who answered."""

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.factories import NINE
from tests.feedback.surveys.house import House
from tests.statements import counted_statements

URL = "/console/surveys"
MOST = 15


@pytest.fixture
def house(compound):
    """The compound, at nine on a Monday."""
    with clock.at(NINE):
        yield House(compound)


@pytest.fixture
def maker(app, house):
    """Who makes surveys."""
    roles = {"logistics_reviewer": (ScopeKind.COMPOUND, 0)}
    return Console(app, house.compound.staff(roles=roles))


def test_a_draft_is_edited_until_it_is_opened(maker, house):
    assert "没有符合条件的问卷" in maker.page(URL)
    draft = house.draft()
    one = f"{URL}/{draft['id']}"
    edited = maker.page(f"{one}/edit")
    assert 'value="您常去哪个食堂？"' in edited
    assert 'name="questions.4.options.1" value="午餐"' in edited
    assert "食堂调查" in maker.page(URL, state="draft")
    opened = maker.send("POST", f"/feedback/surveys/{draft['id']}/open")
    assert opened.status == 200
    page = maker.page(one)
    assert "提前截止" in page
    assert "截止后才能查看结果" in page
    assert maker.get(f"{one}/edit").status_code == 409
    assert maker.get(f"{one}/results").status_code == 409
    assert "食堂调查" not in maker.page(URL, state="draft")


def test_the_results_are_drawn_and_those_of_few_are_not(maker, house):
    survey = house.open(segment="department")
    people = house.people["big"][:7] + house.people["small"][:2]
    for staff in people:
        said = {"single": 0, "scale": 5, "text": "都好"}
        assert house.answer(survey, staff, **said).status == 201
    house.results(survey)
    path = f"{URL}/{survey['id']}/results"
    page = maker.page(path)
    assert "9<small>人" in page
    assert "未参评" in page
    assert 'class="chart"' in page
    assert "都好" in page
    # Of the multiple choice and the matrix nobody said anything.
    assert "数据不足" in page
    assert maker.file(path, format="xlsx")


def test_nothing_is_shown_of_a_survey_that_few_answered(maker, house):
    survey = house.open()
    for staff in house.people["big"][:4]:
        assert house.answer(survey, staff, scale=5, text="只有我").status == 201
    house.results(survey)
    page = maker.page(f"{URL}/{survey['id']}/results")
    assert "只有 4 人填写" in page
    assert "只有我" not in page
    assert 'class="chart"' not in page


def test_others_see_no_surveys_at_the_console(app, house, maker):
    survey = house.draft()
    other = Console(app, house.compound.staff(roles={"notice_editor": (ScopeKind.COMPOUND, 0)}))
    for path in (URL, f"{URL}/new", f"{URL}/{survey['id']}"):
        assert other.get(path).status_code == 403
    assert maker.get(f"{URL}/999999").status_code == 404


def test_pages_of_surveys_ask_the_database_seldom(maker, house):
    survey = house.open(segment="campus")
    for staff in house.people["big"][:6]:
        house.answer(survey, staff, single=0, scale=4, matrix=[4, 5])
    house.results(survey)
    draft = house.draft()
    for path in (
        *(URL, f"{URL}/new", f"{URL}/{survey['id']}", f"{URL}/{survey['id']}/results"),
        f"{URL}/{draft['id']}/edit",
    ):
        maker.page(path)
        with counted_statements() as sent:
            maker.page(path)
        assert sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent) <= MOST, path
