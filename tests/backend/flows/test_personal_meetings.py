"""The copy of one's data tells one's meetings, and what one did for those of others."""

from backend import clock
from backend.db import atomic, db
from backend.flows.data_requests import ERASERS
from backend.flows.personal_data import PARTS
from meeting.bookings.models import Booking
from meeting.bookings.waitlist.models import WaitlistEntry
from meeting.rooms.models import Right
from tests.factories import NINE
from tests.meeting.hall import Hall, at, hall
from tests.statements import counted_statements

__all__ = ["hall"]

ROWS = {part.name: part.read for part in PARTS if any("meeting" in table for table in part.tables)}


def test_a_meeting_is_told_to_who_organised_booked_and_attends_it(hall):
    people = hall.people
    booked = hall.book(
        organiser_id=people["colleague"].id,
        by=hall.manager,
        contact_phone="13800001234",
        attendees=[{"staff_id": people["stranger"].id}],
        headcount=6,
    )
    hall.allow(hall.small, Right.OVERRIDE, staff=people["leader"])
    db.session.rollback()
    (own,) = ROWS["meetings"](people["colleague"].id)
    assert (own["编号"], own["身份"], own["主题"], own["会议室"]) == (
        booked["number"],
        "组织人",
        "处务会",
        "小会议室",
    )
    assert (own["状态"], own["人数"], own["开始"], own["联系电话"]) == ("已预订", 6, at(14), "138****1234")
    (for_other,) = ROWS["meetings"](people["manager"].id)
    assert for_other["身份"] == "代为预订"
    (invited,) = ROWS["meetings_attended"](people["stranger"].id)
    assert (invited["编号"], invited["主题"]) == (booked["number"], "处务会")
    assert "联系电话" not in invited
    assert ROWS["meeting_steps"](people["manager"].id)[0]["操作"] == "预订"
    assert ROWS["meeting_rooms"](people["manager"].id)[0] == {"会议室": "大会议室", "事项": "管理"}
    assert ROWS["meeting_rooms"](people["leader"].id) == [{"会议室": "小会议室", "事项": "优先"}]
    for name, read in ROWS.items():
        assert read(people["steward"].id) == [], name


def test_many_meetings_take_as_many_statements_as_one(hall):
    staff_id = hall.people["organiser"].id

    def statements() -> int:
        db.session.rollback()
        with counted_statements() as sent:
            for read in ROWS.values():
                read(staff_id)
        return len(sent)

    hall.book()
    few = statements()
    hall.book(hall.large, recurrence="FREQ=DAILY;COUNT=5")
    assert statements() == few


def test_the_numbers_of_meetings_had_or_waited_for_are_forgotten_with_the_person(compound):
    with clock.at(NINE):
        hall = Hall(compound)
        organiser = hall.people["organiser"].id
        hall.book(contact_phone="13800001234")
        hall.book(hall.large)
        hall.book(hall.hall, contact_phone="13800001234", organiser_id=hall.people["colleague"].id)
        hall.book(hall.large, at(16), by=hall.colleague)
        waiting = hall.body(hall.large, at(16), contact_phone="13800001234")
        assert hall.organiser.post("/meeting/waitlist", waiting).status == 201
        assert atomic(ERASERS["meeting_phones"])(organiser) == 3
    db.session.rollback()
    for kind in (Booking, WaitlistEntry):
        assert {row.contact_phone_cipher for row in db.session.query(kind).populate_existing()} == {None}
