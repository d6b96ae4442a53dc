"""The page of the meetings' statistics: figures, heat table, groupings, Excel, the list of a day."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.factories import NINE
from tests.meeting.hall import hall
from tests.meeting.statistics.planting import plant
from tests.statements import counted_statements

__all__ = ["hall"]

MOST = 15
PATH = "/console/meetings/statistics"
NOVEMBER = [date(2026, 11, 1) + timedelta(days=number) for number in range(30)]
SPAN = {"from_date": "2026-11-01", "until_date": "2026-11-30"}


@pytest.fixture
def planted(hall):
    """A month of meetings in two rooms, and a look back at it."""
    people = [hall.compound.department("财务处").id, hall.department.id]
    found = plant([hall.small, hall.large], people, hall.people["organiser"].id, NOVEMBER, 120)
    with clock.at(NINE + timedelta(days=10)):
        yield found


@pytest.fixture
def reader(app, hall, planted):
    return Console(app, hall.people["reader"])


def figure(page, title):
    """A card's value."""
    value = page.split(f'figure-title">{title}<')[1].split('figure-value">')[1]
    return value.split("<")[0].strip()


def test_the_figures_of_a_span_are_shown_by_room(reader, planted):
    page = reader.page(PATH, **SPAN)
    assert figure(page, "预订") == str(planted.total["booked"])
    assert figure(page, "到会") == f"{planted.total['heads']:,}"
    for title in ("预订使用率", "实际使用率", "未到率", "取消率", "上座率"):
        assert figure(page, title) not in ("", "—"), title
    table = page.split('id="rows"')[1]
    assert "小会议室" in table
    assert "大会议室" in table
    assert "近 30 天" in page
    assert "统计口径" in page


def test_the_hours_in_use_are_a_table_of_weekdays(reader, planted):
    heat = reader.page(PATH, **SPAN).split('class="heat"')[1].split("</table>")[0]
    assert all(f'<th scope="row">{name}</th>' in heat for name in ("周一", "周日"))
    assert "heat-5" in heat
    assert "heat-0" in heat
    empty = reader.page(PATH, from_date="2025-01-06", until_date="2025-01-12")
    assert "heat-5" not in empty.split('class="heat"')[1].split("</table>")[0]


@pytest.mark.parametrize("by", ["day", "month", "campus", "room", "department", "hour"])
@pytest.mark.parametrize("is_part", [False, True], ids=["all rooms", "a hall's part"])
def test_figures_are_told_apart_by_one_thing_at_few_statements(reader, hall, by, is_part):
    query = {**SPAN, "by": by, **({"room_id": hall.part_a.id} if is_part else {})}
    reader.page(PATH, **query)
    with counted_statements() as sent:
        page = reader.page(PATH, **query)
    assert sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent) <= MOST, sent
    assert "NaN" not in page
    assert "None" not in page.split("<main")[1]


def test_the_workbook_is_of_what_is_shown(reader, planted):
    book = load_workbook(BytesIO(reader.file(PATH, **SPAN, by="room", format="xlsx")))
    assert "小会议室" in [row[0] for row in book.worksheets[0].iter_rows(values_only=True)]
    hours = load_workbook(BytesIO(reader.file(PATH, **SPAN, by="hour", format="xlsx")))
    assert hours.worksheets[0].title == "高峰时段"


def test_the_list_of_a_day_is_offered_as_pdf_and_excel(reader):
    page = reader.page(PATH)
    for name in ("pdf", "xlsx"):
        assert f"/api/v1/meeting/day-list.{name}" in page
        assert reader.file(f"/api/v1/meeting/day-list.{name}", on="2026-11-23")


def test_what_lies_elsewhere_is_not_told(app, compound, hall, planted):
    other = compound.campus(name="东院")
    console = Console(app, compound.staff(roles={"meeting_manager": (ScopeKind.CAMPUS, other.id)}))
    page = console.page(PATH, **SPAN)
    assert figure(page, "预订") == "0"
    assert "小会议室" not in page
    assert console.get(PATH, room_id=hall.small.id).status_code == 404
    assert Console(app, hall.people["organiser"]).get(PATH).status_code == 403
    assert console.get(PATH, from_date="2020-01-01", until_date="2026-11-30").status_code == 422


def test_departments_of_a_few_people_are_not_offered_and_the_hours_of_one_not_told(reader, hall, planted):
    offered = f'<option value="{hall.department.id}">综合处</option>'
    assert offered not in reader.page(PATH, **SPAN)
    assert reader.get(PATH, **SPAN, department_id=hall.department.id).status_code == 422
    for _ in range(5):
        hall.compound.staff(department=hall.department)
    assert offered in reader.page(PATH, **SPAN)
    assert 'class="heat"' not in reader.page(PATH, **SPAN, department_id=hall.department.id)
