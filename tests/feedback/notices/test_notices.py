"""The board: who reads what, from when, until when; what is kept, what is counted, what is told to nobody."""

from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db, unit
from backend.identity.models import Posting, Role
from backend.notifications.models import InboxMessage
from feedback.notices import audiences, operations, queries, services
from feedback.notices.models import AudienceKind, Notice, NoticeEvent
from feedback.notices.policies import Target
from feedback.notices.rules import DAILY_TELLINGS
from tests.backend.attachments import documents
from tests.backend.attachments.test_attachments import send
from tests.backend.media import pictures
from tests.backend.media.sending import send as send_photo
from tests.factories import NINE
from tests.feedback.notices.board import EVERYBODY, ids, later
from tests.statements import counted_statements
from tests.threads import at_once


def told():
    db.session.rollback()
    return list(db.session.scalars(select(InboxMessage.staff_id).order_by(InboxMessage.staff_id)))


def fetch(app, url):
    return Context().run(app.test_client().get, url)


def test_every_kind_of_audience_reaches_whom_it_means_in_lists_and_in_messages(board):
    editor_role = db.session.scalars(select(Role).where(Role.code == "notice_editor")).one()
    choices = board.editor.get("/admin/feedback/notices/audiences").data
    assert {"id": editor_role.id, "name": editor_role.name} in choices["roles"]
    assert {"id": board.general.id, "name": "办公厅/综合处"} in choices["departments"]
    table = [
        ([("everybody", 0)], {"editor", "north_editor", "reader", "southerner", "drifter"}),
        ([("department", board.office.id)], {"reader"}),
        ([("department", board.general.id)], {"reader"}),
        ([("department", board.loose.id)], {"drifter"}),
        ([("campus", board.north.id)], {"reader", "drifter"}),
        ([("campus", board.south.id)], {"editor", "north_editor", "southerner", "drifter"}),
        ([("role", editor_role.id)], {"editor", "north_editor"}),
        (
            [("department", board.general.id), ("role", editor_role.id)],
            {"reader", "editor", "north_editor"},
        ),
    ]
    for rows, means in table:
        notice = board.published(audience=[{"kind": kind, "target_id": target} for kind, target in rows])
        seen = {name for name in board.people if notice["id"] in ids(getattr(board, name))}
        assert seen == means, rows
        opened = {
            name
            for name in board.people
            if getattr(board, name).get(f"/feedback/notices/{notice['id']}").status == 200
        }
        assert opened == means, rows
        targets = frozenset(Target(AudienceKind(kind), target) for kind, target in rows)
        db.session.rollback()
        found = audiences.addressed(targets)
        assert {name for name, staff in board.people.items() if staff.id in found} == means, rows


def test_an_unknown_target_or_nobody_is_refused(board):
    body = {"kind": "notice", "title": "标题", "body": "正文"}
    for audience in (
        [{"kind": "department", "target_id": 999}],
        [{"kind": "campus"}],
        [{"kind": "role", "target_id": 999}],
    ):
        answer = board.editor.post("/feedback/notices", {**body, "audience": audience})
        assert (answer.status, answer.error) == (422, "feedback.notice_audience")
    assert board.editor.post("/feedback/notices", {**body, "audience": []}).status == 422
    assert board.reader.post("/feedback/notices", {**body, "audience": EVERYBODY}).status == 403


def test_a_campus_editor_stays_on_their_campus(board):
    north = [{"kind": "campus", "target_id": board.north.id}]
    own = board.draft(by=board.north_editor, audience=north)
    body = {"kind": "notice", "title": "标题", "body": "正文"}
    for beyond in (
        EVERYBODY,
        [{"kind": "campus", "target_id": board.south.id}],
        [*north, {"kind": "department", "target_id": board.general.id}],
    ):
        assert board.north_editor.post("/feedback/notices", {**body, "audience": beyond}).status == 403
        assert board.edit(own, by=board.north_editor, audience=beyond).status == 403
    assert board.publish(own, by=board.north_editor).status == 200
    foreign = board.draft()
    assert board.publish(foreign, by=board.north_editor).status == 404
    assert board.north_editor.get(f"/admin/feedback/notices/{foreign['id']}").status == 404
    shown = board.north_editor.get("/admin/feedback/notices").data["list"]
    assert [each["id"] for each in shown] == [own["id"]]
    choices = board.north_editor.get("/admin/feedback/notices/audiences").data
    assert ([each["id"] for each in choices["campuses"]], choices["departments"]) == ([board.north.id], [])
    path = f"/feedback/department-campuses/{board.loose.id}"
    assert board.north_editor.put(path, {"campus_ids": [board.north.id]}).status == 403


def test_where_a_department_sits_is_said_once_for_all_below_it(board):
    path = f"/feedback/department-campuses/{board.loose.id}"
    assert board.editor.put(path, {"campus_ids": [board.south.id]}).data["campus_ids"] == [board.south.id]
    notice = board.published(audience=[{"kind": "campus", "target_id": board.north.id}])
    assert notice["id"] not in ids(board.drifter)
    assert board.editor.put(path, {"campus_ids": [999]}).error == "feedback.notice_audience"
    assert board.editor.put(path, {"campus_ids": []}).data["campus_ids"] == []
    assert notice["id"] in ids(board.drifter)


def test_a_draft_is_its_editors_until_it_is_published(board):
    draft = board.draft()
    assert ids(board.reader) == []
    assert board.reader.get(f"/feedback/notices/{draft['id']}").status == 404
    assert board.reader.get(f"/admin/feedback/notices/{draft['id']}").status == 403
    published = board.publish(draft).data
    assert (published["state"], published["history"][0]["step"]) == ("published", "publish")
    shown = board.reader.get("/feedback/notices").data["list"][0]
    assert (shown["summary"], shown["is_unread"]) == ("周六上午停水。 请提前储水。", True)
    assert told() == []


def test_two_editors_do_not_overwrite_each_other(board):
    draft = board.draft()
    assert board.edit(draft, title="甲的标题").status == 200
    late = board.edit(draft, title="乙的标题")
    assert (late.status, late.error) == (409, "feedback.notice_changed")
    assert board.publish(draft).error == "feedback.notice_changed"


def test_a_draft_can_be_discarded_and_nothing_else(board):
    draft = board.draft()
    assert board.editor.delete(f"/feedback/notices/{draft['id']}").status == 200
    assert board.editor.get(f"/admin/feedback/notices/{draft['id']}").status == 404
    published = board.published()
    refused = board.editor.delete(f"/feedback/notices/{published['id']}")
    assert (refused.status, refused.error) == (409, "feedback.notice_state")


def test_what_is_scheduled_publishes_itself_when_its_time_comes(board):
    draft = board.draft()
    past = board.publish(draft, publish_at=later(minutes=-1))
    assert (past.status, past.error) == (422, "feedback.notice_times")
    scheduled = board.publish(draft, publish_at=later(hours=1), is_told=True).data
    assert (scheduled["state"], ids(board.reader)) == ("scheduled", [])
    db.session.rollback()
    with clock.at(NINE + timedelta(minutes=59)):
        assert services.publish_due() == 0
    with clock.at(NINE + timedelta(hours=1)):
        assert (services.publish_due(), services.publish_due()) == (1, 0)
        assert ids(board.reader) == [scheduled["id"]]
    assert len(told()) == len(board.people)


def test_a_scheduled_notice_can_be_taken_off_the_plan(board):
    scheduled = board.publish(board.draft(), publish_at=later(hours=1)).data
    draft = board.act(scheduled, "unschedule").data
    assert (draft["state"], draft["publish_at"]) == ("draft", None)
    db.session.rollback()
    with clock.at(NINE + timedelta(hours=2)):
        assert services.publish_due() == 0


def test_of_three_schedulers_that_found_the_same_notice_one_publishes(app, board, soak):
    board.compound.rule(DAILY_TELLINGS, 20)
    for _ in range(10 if soak else 2):
        notice = board.publish(board.draft(), publish_at=later(minutes=5), is_told=True)
        assert notice.status == 200
        db.session.rollback()

        def run(notice_id=notice.data["id"]):
            with app.app_context():
                return services._publish_due(notice_id)

        with clock.at(NINE + timedelta(minutes=5)):
            assert sorted(at_once([lambda: Context().run(run)] * 3)) == [0, 0, 1]
    db.session.rollback()
    events = db.session.scalars(select(NoticeEvent.notice_id)).all()
    assert len(events) == len(set(events)) == (10 if soak else 2)
    assert len(told()) == len(events) * len(board.people)


def test_messages_go_out_only_if_wished_and_so_many_a_day(board):
    board.compound.rule(DAILY_TELLINGS, 2)
    north = [{"kind": "department", "target_id": board.office.id}]
    board.publish(board.draft(audience=north), is_told=True)
    assert told() == [board.people["reader"].id]
    board.publish(board.draft(), publish_at=later(hours=3), is_told=True)
    third = board.draft()
    refused = board.publish(third, is_told=True)
    assert (refused.status, refused.error) == (429, "feedback.notice_tellings")
    assert board.publish(third, publish_at=later(days=1), is_told=True).status == 200
    assert board.publish(board.draft()).status == 200


def test_an_expired_notice_leaves_the_list_and_can_be_looked_up(board):
    wrong = board.editor.post(
        "/feedback/notices",
        {
            "kind": "notice",
            "title": "标题",
            "body": "正文",
            "audience": EVERYBODY,
            "expires_at": later(hours=-1),
        },
    )
    assert (wrong.status, wrong.error) == (422, "feedback.notice_times")
    notice = board.published(expires_at=later(hours=1))
    assert ids(board.reader) == [notice["id"]]
    with clock.at(NINE + timedelta(hours=1)):
        assert (ids(board.reader), ids(board.reader, archived="true")) == ([], [notice["id"]])
        assert board.reader.get(f"/feedback/notices/{notice['id']}").data["is_expired"]
        assert board.reader.get("/home").data["notices"] == []


def test_pinned_ones_come_first_until_they_no_longer_are(board):
    first, second = board.published(title="先发的"), board.published(title="后发的")
    assert ids(board.reader) == [second["id"], first["id"]]
    assert board.act(first, "pin", until=later(hours=-1)).error == "feedback.notice_times"
    pinned = board.act(first, "pin", until=later(hours=1)).data
    assert ids(board.reader) == [first["id"], second["id"]]
    board.reader.post(f"/feedback/notices/{first['id']}/read")
    board.reader.post(f"/feedback/notices/{second['id']}/read")
    assert [each["id"] for each in board.reader.get("/home").data["notices"]] == [first["id"]]
    with clock.at(NINE + timedelta(hours=1)):
        assert ids(board.reader) == [second["id"], first["id"]]
        assert board.reader.get("/home").data["notices"] == []
    assert board.act(pinned, "pin", until=None).data["is_pinned"] is False


def test_the_dot_is_ones_own_and_goes_away_once_opened(board):
    notice = board.published()
    assert ids(board.reader, unread="true") == [notice["id"]]
    assert board.reader.get("/home").data["notices"][0]["is_unread"]
    for _ in range(2):
        assert board.reader.post(f"/feedback/notices/{notice['id']}/read").data == {"is_unread": False}
    assert ids(board.reader, unread="true") == []
    assert ids(board.southerner, unread="true") == [notice["id"]]
    other = board.published(audience=[{"kind": "department", "target_id": board.general.id}])
    assert board.southerner.post(f"/feedback/notices/{other['id']}/read").status == 404


def test_reads_are_counts_and_small_ones_are_withheld(board):
    notice, path = board.published(), "/feedback/notices"
    readers = [board.compound.staff(department=board.general) for _ in range(4)]
    clients = [*(board.compound.client(each) for each in readers), board.southerner, board.drifter]
    for client in clients:
        client.post(f"{path}/{notice['id']}/read")
    managed = board.editor.get(f"/admin/feedback/notices/{notice['id']}").data
    assert (managed["reads"], managed["reads_by_department"], managed["reads_elsewhere"]) == (6, [], 6)
    assert board.reader.get(f"{path}/{notice['id']}").data["reads"] == 6
    for department in (board.general, board.logistics, board.logistics, board.logistics, board.loose):
        reader = board.compound.client(board.compound.staff(department=department))
        reader.post(f"{path}/{notice['id']}/read")
    managed = board.editor.get(f"/admin/feedback/notices/{notice['id']}")
    assert managed.data["reads_by_department"] == [{"name": "综合处", "reads": 5}]
    assert managed.data["reads_elsewhere"] == 6
    assert not any(each.name in managed.body.decode() for each in readers)
    few = board.published()
    board.reader.post(f"{path}/{few['id']}/read")
    assert board.reader.get(f"{path}/{few['id']}").data["reads"] is None


def test_what_changes_after_publication_is_kept(board):
    notice = board.published(title="旧标题")
    changed = board.edit(notice, title="新标题", kind="maintenance", reason="写错了").data
    entry = changed["history"][0]
    assert (entry["step"], entry["reason"]) == ("edit", "写错了")
    assert {each["field"]: (each["before"], each["after"]) for each in entry["changes"]} == {
        "标题": ("旧标题", "新标题"),
        "类别": ("通知", "停水停电"),
    }
    seen = board.reader.get(f"/feedback/notices/{notice['id']}").data
    assert seen["changed_at"] is not None
    assert [sorted(each["fields"]) for each in seen["changes"]] == [["标题", "类别"]]
    assert "旧标题" not in str(seen)
    same = board.edit(changed).data
    assert len(same["history"]) == len(changed["history"])

    @atomic
    def forge():
        unit().exec_driver_sql("UPDATE notice_events SET reason = 'x'")

    with pytest.raises(DBAPIError, match=r"append-only|may not|refuse"):
        forge()


def test_a_withdrawn_notice_says_so_to_who_had_opened_it(app, board):
    photo = send_photo(board.editor, pictures.small_jpeg(120)).data["id"]
    file = send(board.editor, documents.pdf(), "方案.pdf").data["id"]
    notice = board.published(photo_ids=[photo], attachment_ids=[file])
    path = f"/feedback/notices/{notice['id']}"
    seen = board.reader.get(path).data
    assert (seen["attachments"][0]["name"], seen["attachment_count"]) == ("方案.pdf", 1)
    assert seen["cover"]["thumb"]
    assert fetch(app, seen["attachments"][0]["url"]).status_code == 200
    board.reader.post(f"{path}/read")
    assert board.act(notice, "withdraw").status == 422
    assert board.act(notice, "withdraw", reason="时间有误").data["state"] == "withdrawn"
    tombstone = board.reader.get(path).data
    assert (tombstone["title"], tombstone["body"], tombstone["is_withdrawn"]) == ("关于停水的通知", "", True)
    assert tombstone["withdrawal"]["reason"] == "时间有误"
    assert (tombstone["photos"], tombstone["attachments"], tombstone["cover"]) == ([], [], None)
    assert ids(board.reader) == [notice["id"]]
    assert board.southerner.get(path).status == 404
    assert ids(board.southerner) == []
    assert fetch(app, seen["attachments"][0]["url"]).status_code == 404
    assert fetch(app, seen["cover"]["thumb"]).status_code == 404
    kept = board.editor.get(f"/admin/feedback/notices/{notice['id']}").data
    assert (kept["body"], kept["attachments"][0]["name"]) == ("周六上午停水。\n请提前储水。", "方案.pdf")
    assert kept["history"][0]["reason"] == "时间有误"
    for verb, fields in (("publish", {}), ("withdraw", {"reason": "再来"}), ("pin", {"until": None})):
        assert board.act(kept, verb, **fields).error == "feedback.notice_state"
    assert board.edit(kept).error == "feedback.notice_state"


def test_files_are_exchanged_one_by_one_and_are_the_editors_own(board):
    first, second = (send(board.editor, documents.pdf(), f"{n}.pdf").data["id"] for n in (1, 2))
    foreign = send(board.reader, documents.pdf()).data["id"]
    body = {"kind": "notice", "title": "标题", "body": "正文", "audience": EVERYBODY}
    refused = board.editor.post("/feedback/notices", {**body, "attachment_ids": [foreign]})
    assert (refused.status, refused.error) == (404, "attachments.not_found")
    notice = board.draft(attachment_ids=[first])
    notice = board.edit(notice, attachment_ids=[second, first]).data
    assert [each["id"] for each in notice["attachments"]] == [second, first]
    notice = board.edit(notice, attachment_ids=[second]).data
    assert [each["id"] for each in notice["attachments"]] == [second]
    assert board.editor.get(f"/attachments/{first}").status == 200


def test_a_long_board_takes_few_statements(board):
    for _ in range(3):
        board.published(attachment_ids=[send(board.editor, documents.docx()).data["id"]])

    def statements(path):
        board.reader.get(path)
        with counted_statements() as sent:
            board.reader.get(path)
        return len([one for one in sent if one not in ("BEGIN", "ROLLBACK", "COMMIT")])

    before = statements("/feedback/notices")
    for _ in range(5):
        board.published()
    assert before == statements("/feedback/notices") <= 6


def test_results_are_published_once_for_each_source(board):
    facts = {"title": "10月满意度公示", "body": "结果如下", "source_kind": "review", "source_id": 7}
    publish = atomic(operations.publish_record)
    first = publish(SYSTEM, **facts).id
    assert publish(SYSTEM, **{**facts, "title": "另一个标题"}).id == first
    db.session.rollback()
    row = db.session.get(Notice, first)
    assert (row.kind, row.state, row.title) == ("public", "published", "10月满意度公示")
    assert ids(board.reader) == [first]
    assert told() == []


def test_an_erasure_forgets_what_somebody_opened(board):
    notice = board.published()
    board.reader.post(f"/feedback/notices/{notice['id']}/read")
    reader = board.people["reader"].id
    assert [each["通告"] for each in queries.export_of(reader)] == ["关于停水的通知"]
    db.session.rollback()
    assert atomic(operations.forget_reads)(reader) == 1
    assert ids(board.reader, unread="true") == [notice["id"]]


def test_a_person_of_two_posts_hears_of_both_campuses(board):
    staff = board.people["reader"]

    @atomic
    def post():
        db.session.add(Posting(staff_id=staff.id, department_id=board.logistics.id, is_primary=False))

    post()
    for campus in (board.north, board.south):
        notice = board.published(audience=[{"kind": "campus", "target_id": campus.id}])
        assert notice["id"] in ids(board.reader)
