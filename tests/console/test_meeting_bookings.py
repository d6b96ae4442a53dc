"""The pages of meeting bookings: the register, one with its dialogs, approvals, overrides, booking."""

import pytest

from backend.actor import ScopeKind
from console import meeting_words
from meeting.rooms.models import Approval
from tests.console.browser import Console
from tests.meeting.hall import at
from tests.statements import counted_statements

MOST = 15
# One booking with its meetings, attendees, timeline, services and their tasks.
MOST_FOR_ONE = 17
PATH = "/console/meetings/bookings"


@pytest.fixture
def approver(app, hall):
    return Console(app, hall.people["approver"])


@pytest.fixture
def reader(app, hall):
    return Console(app, hall.people["reader"])


def statements(console, path, **query):
    console.page(path, **query)
    with counted_statements() as sent:
        console.page(path, **query)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def pending(hall, **fields):
    """A booking that waits for an approval."""
    hall.change_room(hall.large, approval=Approval.ALWAYS.value)
    return hall.book(hall.large, **fields)["id"]


def test_the_register_filters_by_room_state_day_and_lists_meetings_one_by_one(hall, reader):
    hall.book(subject="处务会")
    hall.book(hall.large, subject="周例会", recurrence="FREQ=WEEKLY;COUNT=3")
    cancelled = hall.book(hall.hall, subject="已经取消的")["id"]
    assert hall.do(hall.organiser, cancelled, "cancel", reason="改期").status == 200
    for query, shown, hidden in (
        ({}, ("处务会", "周例会", "系列 3 场", "已经取消的"), ()),
        ({"room_id": hall.large.id}, ("周例会",), ("处务会",)),
        ({"state": "cancelled"}, ("已经取消的",), ("处务会", "周例会")),
        ({"from_date": "2026-11-24"}, ("周例会",), ("处务会",)),
        ({"until_date": "2026-11-22"}, (), ("处务会", "周例会")),
        ({"scope": "mine"}, (), ("处务会",)),
        ({"by_meeting": "true", "room_id": hall.large.id}, ("11月30日", "12月7日"), ("系列 3 场",)),
    ):
        page = reader.page(PATH, **query)
        assert [each for each in shown if each not in page] == [], query
        assert [each for each in hidden if f">{each}</a>" in page] == [], query


def test_the_register_is_for_those_who_read_meetings_and_hides_other_campuses(app, hall, reader):
    booking_id = hall.book(subject="处务会")["id"]
    elsewhere = hall.compound.staff(roles={"meeting_manager": (ScopeKind.CAMPUS, hall.compound.campus().id)})
    other = Console(app, elsewhere)
    assert ">处务会</a>" not in other.page(PATH)
    assert other.get(f"{PATH}/{booking_id}").status_code == 404
    assert other.get(f"{PATH}/{booking_id}/cancel").status_code == 404
    stranger = Console(app, hall.people["stranger"])
    assert stranger.get(PATH).status_code == 403
    assert stranger.get("/console/meetings/overrides").status_code == 403
    assert stranger.get(f"{PATH}/{booking_id}").status_code == 404
    # Whoever organises it sees it without any role.
    assert "处务会" in Console(app, hall.people["organiser"]).page(f"{PATH}/{booking_id}")


def test_a_confidential_subject_is_shown_to_those_alone_who_may_know_it(hall, reader, approver):
    booking_id = hall.book(subject="人事安排", is_confidential=True, note="带材料", agenda="议程甲")["id"]
    for page in (reader.page(PATH), reader.page(f"{PATH}/{booking_id}")):
        assert "内部会议" in page
        assert not [each for each in ("人事安排", "张组织", "带材料", "议程甲") if each in page]
    page = approver.page(f"{PATH}/{booking_id}")
    assert "人事安排" in page
    assert "张组织" in page


def test_a_booking_is_shown_with_its_series_people_services_and_timeline(hall, approver):
    booking_id = hall.book(
        hall.large,
        start=at(14),
        subject="周例会",
        recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=3",
        agenda="一、通报",
        attendees=[{"staff_id": hall.people["colleague"].id}, {"name": "陈来宾", "organisation": "省发改委"}],
        services=[{"code": "tea", "quantity": 5}],
    )["id"]
    page = approver.page(f"{PATH}/{booking_id}")
    shown = (
        "每两周 周一，共 3 次",
        "李同事",
        "陈来宾",
        "省发改委",
        "一、通报",
        "3 场会议",
        "12月21日",
        "茶水 5",
    )
    assert [each for each in shown if each not in page] == []
    assert statements(approver, f"{PATH}/{booking_id}") <= MOST_FOR_ONE


def test_who_decides_gets_the_verbs_and_others_do_not(hall, approver, reader, app):
    booking_id = pending(hall, subject="全局会议", recurrence="FREQ=DAILY;COUNT=2")
    page = approver.page(f"{PATH}/{booking_id}")
    verbs = ("approve", "reject", "enquire", "cancel", "change", "transfer")
    assert [each for each in verbs if f"{booking_id}/{each}" not in page] == []
    assert [each for each in verbs if f"{booking_id}/{each}" in reader.page(f"{PATH}/{booking_id}")] == []
    dialog = approver.page(f"{PATH}/{booking_id}/approve")
    ids = [each.id for each in hall.occurrences(booking_id)]
    assert all(f'value="{each}"' in dialog for each in ids)
    assert "现在不能办理" in reader.page(f"{PATH}/{booking_id}/approve")
    assert "现在不能办理" in approver.page(f"{PATH}/{booking_id}/dance")

    approved = approver.send(
        "POST", f"/meeting/bookings/{booking_id}/approve", {"occurrence_ids": ids[:1], "comment": "同意"}
    )
    assert approved.status == 200
    page = approver.page(f"{PATH}/{booking_id}")
    assert "已预订" in page
    assert "待审批" in page
    # The organiser may change one meeting of the series, it and the rest, or all.
    own = Console(app, hall.people["organiser"])
    dialog = own.page(f"{PATH}/{booking_id}/cancel", occurrence_id=ids[0])
    assert 'value="following"' in dialog
    assert 'value="following"' not in own.page(f"{PATH}/{booking_id}/cancel")
    assert hall.small.name in own.page(f"{PATH}/{booking_id}/change", occurrence_id=ids[0])
    for step in ("add", "services", "transfer"):
        assert "现在不能办理" not in own.page(f"{PATH}/{booking_id}/{step}"), step


def test_a_question_waits_for_the_organisers_answer(app, hall, approver):
    booking_id = pending(hall, subject="全局会议")
    asked = approver.send("POST", f"/meeting/bookings/{booking_id}/enquire", {"question": "需要搭台吗？"})
    assert asked.status == 200
    own = Console(app, hall.people["organiser"])
    page = own.page(f"{PATH}/{booking_id}")
    assert "需要搭台吗？" in page
    assert f"{booking_id}/answer" in page
    assert "需要搭台吗？" in own.page(f"{PATH}/{booking_id}/answer")
    assert "（未答复）" in approver.page("/console/meetings/approvals")


def test_a_meeting_under_way_is_signed_in_extended_and_ended(app, hall):
    booking_id = hall.book(start=at(9), subject="正在开的会")["id"]
    own = Console(app, hall.people["organiser"])
    page = own.page(f"{PATH}/{booking_id}")
    for verb in ("check-in", "end"):
        assert f'data-api="POST /api/v1/meeting/bookings/{booking_id}/{verb}"' in page
    assert 'value="2026-11-23T10:00"' in own.page(f"{PATH}/{booking_id}/extend")
    assert own.send("POST", f"/meeting/bookings/{booking_id}/check-in", {}).status == 200
    assert "使用中" in own.page(f"{PATH}/{booking_id}")


def test_approvals_list_what_waits_for_the_reader(app, hall, approver):
    pending(hall, subject="等待批准的会", recurrence="FREQ=DAILY;COUNT=2")
    hall.book(subject="不用批准的会")
    page = approver.page("/console/meetings/approvals")
    assert "等待批准的会" in page
    assert "共 2 场待审批" in page
    assert "不用批准的会" not in page
    # The manager of the room decides without a role; who organises it never does.
    assert "等待批准的会" in Console(app, hall.people["manager"]).page("/console/meetings/approvals")
    own = Console(app, hall.people["organiser"]).page("/console/meetings/approvals")
    assert "没有待审批的会议预订" in own
    assert "1 件会议预订待审批" in approver.page("/console/")
    assert statements(approver, "/console/meetings/approvals") <= MOST
    assert statements(approver, PATH) <= MOST


def test_an_override_is_shown_to_who_decides_with_what_it_displaces(app, hall):
    hall.book(subject="原来的会")
    asked = hall.ask(by=hall.colleague, subject="紧急会商", level=4, override={"reason": "紧急部署"})
    assert asked.status == 201
    leader = Console(app, hall.people["leader"])
    page = leader.page("/console/meetings/overrides")
    for each in ("紧急会商", "紧急部署", "原来的会", "李同事", "主要领导", "待审批"):
        assert each in page, each
    assert "紧急会商" not in leader.page("/console/meetings/overrides", state="rejected")
    assert "1 件优先调整待审批" in leader.page("/console/")
    assert statements(leader, "/console/meetings/overrides") <= MOST
    # Who asked sees on the booking itself how it stands, and may take it back.
    asking = Console(app, hall.people["colleague"]).page(f"{PATH}/{asked.data['id']}")
    assert "优先调整待审批：紧急部署" in asking
    assert "撤回申请" in asking
    assert "优先调整" not in Console(app, hall.people["approver"]).page(f"{PATH}/{asked.data['id']}")
    override_id = page.split("/api/v1/meeting/overrides/")[1].split("/")[0]
    approved = leader.send("POST", f"/meeting/overrides/{override_id}/approve", {"comment": "同意"})
    assert approved.status == 200
    page = leader.page("/console/meetings/overrides")
    assert "已让出的会议" in page
    assert "/approve" not in page
    assert "优先调整待审批" not in leader.page("/console/")


def test_the_form_offers_rooms_and_services_and_previews(app, hall):
    hall.change_room(hall.part_a, is_active=False)
    own = Console(app, hall.people["organiser"])
    page = own.page(f"{PATH}/new", on="2026-11-25", room_id=hall.small.id)
    assert 'value="2026-11-25T09:00"' in page
    assert f'<option value="{hall.small.id}" selected>' in page
    assert "茶水" in page
    assert f">{hall.part_a.name}（" not in page
    assert 'value="2026-11-23T10:00"' in own.page(f"{PATH}/new")
    hall.book()
    answer = own.send("POST", "/meeting/bookings/preview", hall.body(subject="预览"))
    assert (answer.status, answer.data["is_accepted"]) == (200, False)
    assert statements(own, f"{PATH}/new") <= MOST


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "每天"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE", "每周 周一、周三"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=8", "每两周 周二，共 8 次"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "每月 最后一天"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU,-1FR", "每3个月 第2个周二、最后一个周五"),
        ("FREQ=YEARLY;BYWEEKNO=20", "按规则重复"),
    ],
)
def test_a_rule_is_said_in_words(rule, words):
    assert meeting_words.rule_words(rule) == words
