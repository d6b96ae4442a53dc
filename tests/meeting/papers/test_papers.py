"""A meeting's papers over HTTP, as printed: who prints which, what stands on them, and how names stand."""

import re
from collections import Counter
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import ImageChops

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from meeting.bookings.models import Occurrence
from tests.factories import MONDAY
from tests.meeting.hall import at
from tests.printed import fonts_of, pages_of, picture_of, text_of
from tests.statements import counted_statements

PICTURES = Path(__file__).parents[3] / "artefacts" / "meeting"
GUESTS = (
    *("李明", "张晓红", "欧阳修远", "王伟", "买买提·艾山", "阿卜杜拉·买买提江·吐尔逊"),
    *("John Smith", "Christopher Montgomery-Featherstonehaugh", "𬭚㛃", "古丽巴哈尔"),
)
AGENDA = "1. 09:00-09:10 领导致辞\n09:10 安全生产情况通报\n三、讨论\n10:20 总结讲话"
PAPERS = ("nameplates", "sign-in", "agenda", "service-order", "door-notice")


@pytest.fixture
def booked(hall):
    """A meeting of guests and a colleague in the large room."""
    return hall.book(
        hall.large,
        subject="2026年第四季度后勤服务保障工作协调会",
        headcount=30,
        layout="classroom",
        agenda=AGENDA,
        contact_phone="0571-88001234",
        attendees=[
            *({"name": name, "organisation": "市发展改革委", "title": "处长"} for name in GUESTS),
            {"staff_id": hall.people["colleague"].id},
        ],
    )


@pytest.fixture
def secret(hall):
    """A confidential meeting."""
    return hall.book(
        hall.large, at(16), subject="人事任免", note="不外传", agenda="议题一", is_confidential=True,
        attendees=[{"name": "贾宝玉"}],
    )  # fmt: skip


def printed(client, booked, paper, **query):
    answer = client.get(f"/meeting/bookings/{booked['id']}/papers/{paper}", **query)
    assert answer.status == 200, answer.envelope
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.body


def keep(pdf, folder, name, *, page=1, dots=60):
    """Keep a page as a picture to look at."""
    picture = picture_of(pdf, folder, page=page, dots=dots)
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture.save(PICTURES / f"{name}.png")
    return picture


def share_differing(one, other):
    """In how much of them two pictures of one size differ, without the strokes at their edges."""
    middle = (20, 4, one.width - 20, one.height - 4)
    found = ImageChops.difference(one.crop(middle), other.crop(middle)).histogram()
    return sum(found[128:]) / sum(found)


def ink(picture):
    """The box of all that is printed, as shares of width and height."""
    left, top, right, bottom = picture.point(lambda light: 255 if light < 128 else 0).getbbox()
    return left / picture.width, top / picture.height, right / picture.width, bottom / picture.height


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nameplates_show_each_name_on_both_sides_over_the_same_width(hall, booked, tmp_path):
    pdf = printed(hall.organiser, booked, "nameplates")
    assert pages_of(pdf) == len(GUESTS) + 1
    assert fonts_of(pdf) <= {"Noto-Serif-CJK-SC-Bold", "NotoSerifCJKsc-Bold"}
    edges = []
    for place in range(3):
        picture = keep(pdf, tmp_path, f"nameplate-{place + 1}", page=place + 1)
        assert picture.width > picture.height  # A4 across, folded along its middle.
        half = picture.height // 2
        upper = picture.crop((0, 0, picture.width, half))
        lower = picture.crop((0, half, picture.width, picture.height))
        # The same name from behind, where rounding to dots moves edges; and it does stand upside down.
        assert share_differing(upper.rotate(180), lower) < 0.04
        assert share_differing(upper, lower) > 0.08
        left, _, right, _ = ink(lower.crop((20, 4, picture.width - 20, half - 4)))
        edges.append((left, right))
    # Glyphs differ by their own sidebearings, which is a twentieth of a character.
    assert max(left for left, _ in edges) - min(left for left, _ in edges) < 0.03
    assert max(right for _, right in edges) - min(right for _, right in edges) < 0.03


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("per_page", [1, 2])
def test_no_name_is_cut_and_none_is_missing(hall, booked, tmp_path, per_page):
    pdf = printed(hall.organiser, booked, "nameplates", per_page=per_page, with_title="true")
    assert pages_of(pdf) == -(-(len(GUESTS) + 1) // per_page)
    # What stands upside down is read in another order: each character is there twice for each name.
    shown = Counter(text_of(pdf))
    wanted = Counter(
        "".join((*GUESTS, "李同事", "市发展改革委处长" * len(GUESTS), "综合处")).replace(" ", "")
    )
    assert {char: shown[char] for char in wanted} == {char: 2 * count for char, count in wanted.items()}
    for page in range(1, pages_of(pdf) + 1):
        left, top, right, bottom = ink(keep(pdf, tmp_path, f"nameplates-{per_page}-{page}", page=page))
        # Strokes that show where to fold begin at the edges; names keep off the top and the bottom.
        assert top > 0.015
        assert bottom < 0.985
        assert left >= 0
        assert right <= 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_some_of_the_cards_are_printed_anew(hall, booked):
    shown = hall.view(booked["id"])["attendees"]
    wanted = [each["id"] for each in shown if each["name"] in ("李明", "王伟")]
    pdf = printed(hall.organiser, booked, "nameplates", attendee_ids=",".join(map(str, wanted)))
    assert pages_of(pdf) == 2
    path = f"/meeting/bookings/{booked['id']}/papers/nameplates"
    assert hall.organiser.get(path, attendee_ids="1,x").error == "app.invalid"
    assert hall.organiser.get(path, per_page=3).error == "app.invalid"
    alone = hall.book()
    answer = hall.organiser.get(f"/meeting/bookings/{alone['id']}/papers/nameplates")
    assert (answer.status, answer.error) == (422, "meeting.no_attendees")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_sheets_say_what_was_booked(hall, booked, tmp_path):
    sign_in = printed(hall.organiser, booked, "sign-in")
    agenda = printed(hall.organiser, booked, "agenda")
    order = printed(hall.organiser, booked, "service-order")
    for name, pdf in (("sign-in", sign_in), ("agenda", agenda), ("service-order", order)):
        keep(pdf, tmp_path, name)
        text = text_of(pdf)
        for said in (
            "2026年第四季度后勤服务保障工作协调会",
            "2026年11月23日（周一）",
            "14:00–15:00",
            "大会议室",
            "综合处",
        ):
            assert said in text, (name, said)
        assert all("Noto" in font for font in fonts_of(pdf)), name
    text = text_of(sign_in)
    assert "Christopher" in text
    assert re.search(r"11\s+李同事\s+综合处", text)
    assert re.search(r"\b35\b", text)  # Thirty heads and five to spare, less nobody.
    assert re.search(r"09:00–09:10\s+领导致辞", text_of(agenda))
    assert "三、" not in text_of(agenda)
    assert "课桌式" in text_of(order)
    assert "0571-88001234" in text_of(order)
    assert "没有预订会务服务" in text_of(order)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_service_order_lists_what_was_ordered_and_is_to_be_done(hall, booked, tmp_path):
    catalogue = hall.organiser.get("/meeting/services").data["list"]
    wanted = [{"service_id": each["id"]} for each in catalogue[:3]]
    answer = hall.organiser.put(f"/meeting/bookings/{booked['id']}/services", {"services": wanted})
    assert answer.status == 200, answer.envelope
    for client, name in ((hall.steward, "steward"), (hall.organiser, "organiser")):
        pdf = printed(client, booked, "service-order")
        text = text_of(pdf)
        for each in catalogue[:3]:
            assert each["name"] in text
        keep(pdf, tmp_path, f"service-order-{name}")
    assert "服务安排" in text_of(printed(hall.steward, booked, "service-order"))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_door_notice_is_large_and_never_names_a_confidential_meeting(hall, booked, secret, tmp_path):
    pdf = printed(hall.organiser, booked, "door-notice")
    keep(pdf, tmp_path, "door-notice")
    assert pages_of(pdf) == 1
    text = re.sub(r"\s", "", text_of(pdf))
    for said in ("大会议室", "2026年第四季度后勤服务保障工作协调会", "14:00–15:00", "综合处", "扫码"):
        assert said in text
    text = text_of(printed(hall.organiser, secret, "door-notice"))
    assert "内部会议" in text
    assert "人事任免" not in text
    assert "综合处" not in text
    long = hall.book(hall.large, at(18), subject="长" * 100)
    assert pages_of(printed(hall.organiser, long, "door-notice")) == 1


def test_who_has_to_do_with_a_meeting_prints_its_papers(hall, booked):
    for client in (hall.organiser, hall.manager, hall.approver, hall.steward):
        printed(client, booked, "sign-in")
    for paper in PAPERS:
        path = f"/meeting/bookings/{booked['id']}/papers/{paper}"
        # An attendee and who reads it see the meeting, and print nothing; a stranger does not know of it.
        assert hall.colleague.get(path).error == "meeting.not_yours"
        assert hall.reader.get(path).error == "meeting.not_yours"
        assert hall.stranger.get(path).error == "meeting.booking_not_found"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_steward_serves_a_confidential_meeting_without_knowing_of_it(hall, secret):
    for paper in ("sign-in", "agenda"):
        answer = hall.steward.get(f"/meeting/bookings/{secret['id']}/papers/{paper}")
        assert (answer.status, answer.error) == (403, "meeting.paper_confidential")
        assert "人事任免" in text_of(printed(hall.organiser, secret, paper))
    text = text_of(printed(hall.steward, secret, "service-order"))
    assert "内部会议" in text
    for hidden in ("人事任免", "不外传", "张组织"):
        assert hidden not in text
    assert "贾宝玉" in re.sub(r"\s", "", text_of(printed(hall.steward, secret, "nameplates")))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_of_a_series_the_next_meeting_is_printed_or_the_named_one(hall):
    booked = hall.book(recurrence="FREQ=WEEKLY;COUNT=3")
    rows = hall.occurrences(booked["id"])
    assert "11月23日" in text_of(printed(hall.organiser, booked, "agenda"))
    named = printed(hall.organiser, booked, "agenda", occurrence_id=rows[2].id)
    assert "12月7日" in text_of(named)
    with clock.at(at(16)):
        assert "11月30日" in text_of(printed(hall.organiser, booked, "agenda"))
    path = f"/meeting/bookings/{booked['id']}/papers/agenda"
    assert hall.organiser.get(path, occurrence_id=999_999).error == "meeting.occurrence_not_found"

    @atomic
    def cancel():
        for row in rows:
            db.session.get_one(Occurrence, row.id).state = "cancelled"

    cancel()
    assert hall.organiser.get(path).error == "meeting.nothing_held"
    assert hall.organiser.get(path, occurrence_id=rows[0].id).error == "meeting.nothing_held"


# --- the day ------------------------------------------------------------------------------------------------


def rows_of(client, **query):
    answer = client.get("/meeting/day-list.xlsx", **query)
    assert answer.status == 200, answer.envelope
    sheet = load_workbook(BytesIO(answer.body)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_the_day_is_listed_by_time_with_what_who_prints_may_know(hall, booked, secret):
    hall.book(hall.small, at(9, day=MONDAY + timedelta(days=1)), subject="明日的会")
    hall.book(hall.small, at(22), at(2, day=MONDAY + timedelta(days=1)), subject="夜间值守会")
    known = rows_of(hall.approver)
    assert [(row[1], row[2], row[4]) for row in known] == [
        ("14:00–15:00", "大会议室", "2026年第四季度后勤服务保障工作协调会"),
        ("16:00–17:00", "大会议室", "人事任免"),
        ("22:00–11月24日 02:00", "小会议室", "夜间值守会"),
    ]
    assert known[0][5:10] == ["综合处", "张组织", 30, "课桌式", "已预订"]
    for client in (hall.reader, hall.steward, hall.leader):
        masked = rows_of(client)[1]
        assert masked[4:7] == ["内部会议", None, None]
    tomorrow = rows_of(hall.approver, on="2026-11-24")
    assert [row[4] for row in tomorrow] == ["夜间值守会", "明日的会"]
    assert [row[2] for row in rows_of(hall.manager)] == ["大会议室", "大会议室", "小会议室"]
    for nobody in (hall.organiser, hall.stranger):
        assert nobody.get("/meeting/day-list.xlsx").error == "meeting.no_rooms_overseen"
        assert nobody.get("/meeting/day-list.pdf").status == 404


def test_the_day_is_that_of_a_campus_or_a_building_within_reach(hall, compound, booked):
    other = compound.campus("东院区")
    assert rows_of(hall.approver, campus_id=hall.campus.id) == rows_of(hall.approver)
    assert rows_of(hall.approver, building_id=hall.building.id) == rows_of(hall.approver)
    assert rows_of(hall.approver, campus_id=other.id) == []
    steward = compound.client(compound.staff(roles={"meeting_steward": (ScopeKind.CAMPUS, other.id)}))
    assert steward.get("/meeting/day-list.xlsx").status == 404
    near = compound.staff(roles={"meeting_steward": (ScopeKind.BUILDING, hall.building.id)})
    assert len(rows_of(compound.client(near))) == 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_day_on_paper(hall, booked, secret, tmp_path):
    pdf = hall.steward.get("/meeting/day-list.pdf").body
    keep(pdf, tmp_path, "day-list")
    text = re.sub(r"\s", "", text_of(pdf))
    assert "2026年11月23日（周一）" in text
    assert "共2场" in text
    assert "内部会议" in text
    assert "人事任免" not in text
    assert "当日没有会议" in text_of(hall.steward.get("/meeting/day-list.pdf", on="2026-12-25").body)


def test_many_meetings_cost_as_many_statements_as_one(hall, booked):
    rows_of(hall.steward)
    with counted_statements() as few:
        rows_of(hall.steward)
    for hour in range(9, 14):
        hall.book(hall.part_a, at(hour, 30))
    with counted_statements() as many:
        assert len(rows_of(hall.steward)) == 6
    assert len(many) <= len(few)
