"""One's own inbox over HTTP."""

from datetime import timedelta

from backend import clock
from tests.backend.notifications.world import NEWS, NEWS_FIELDS, inbox, tell
from tests.factories import NINE
from tests.statements import counted_statements


def fill(world, count):
    person = world.person(on="")
    for number in range(count):
        tell(
            NEWS,
            person,
            dedupe=str(number),
            fields={**NEWS_FIELDS, "what": f"第{number}条"},
            page=f"pages/n?id={number}",
        )
    return person, world.compound.client(person)


def test_the_newest_come_first_and_each_part_leads_to_the_next(world):
    _, client = fill(world, 5)
    first = client.get("/inbox", limit=2).data
    assert [each["text"][:3] for each in first["messages"]] == ["第4条", "第3条"]
    assert first["unread"] == 5
    second = client.get("/inbox", limit=2, before=first["next_before"]).data
    assert [each["text"][:3] for each in second["messages"]] == ["第2条", "第1条"]
    last = client.get("/inbox", limit=2, before=second["next_before"]).data
    assert ([each["text"][:3] for each in last["messages"]], last["next_before"]) == (["第0条"], None)


def test_a_message_says_what_it_is_and_where_it_leads(world):
    _, client = fill(world, 1)
    (message,) = client.get("/inbox").data["messages"]
    assert message | {"id": 0} == {
        "id": 0,
        "kind": "tests.news",
        "title": "测试消息",
        "text": "第0条将于 2026年11月23日 15:00 开始。",
        "page": "pages/n?id=0",
        "is_urgent": False,
        "needs_acknowledgement": False,
        "created_at": "2026-11-23T09:00:00+08:00",
        "read_at": None,
        "acknowledged_at": None,
    }


def test_messages_are_marked_as_read_one_by_one_or_all(world):
    person, client = fill(world, 4)
    ids = [each["id"] for each in client.get("/inbox").data["messages"]]
    with clock.at(NINE + timedelta(hours=1)):
        assert client.post("/inbox/read", {"ids": ids[:1]}).data == {"marked": 1, "unread": 3}
        assert client.post("/inbox/read", {"ids": ids[:2]}).data == {"marked": 1, "unread": 2}
        assert [each["id"] for each in client.get("/inbox", unread="true").data["messages"]] == ids[2:]
        assert client.post("/inbox/read", {"all": True}).data == {"marked": 2, "unread": 0}
    assert {each.read_at for each in inbox(person)} == {NINE + timedelta(hours=1)}


def test_reading_again_keeps_the_first_time(world):
    person, client = fill(world, 1)
    client.post("/inbox/read", {"all": True})
    with clock.at(NINE + timedelta(hours=1)):
        client.post("/inbox/read", {"all": True})
    assert inbox(person)[0].read_at == NINE


def test_nobody_sees_or_marks_the_messages_of_others(world):
    person, _ = fill(world, 1)
    _, stranger = fill(world, 0)
    (message,) = inbox(person)
    assert stranger.get("/inbox").data == {"messages": [], "next_before": None, "unread": 0}
    assert stranger.post("/inbox/read", {"ids": [message.id]}).data == {"marked": 0, "unread": 0}
    assert stranger.post(f"/inbox/{message.id}/acknowledge").error == "notifications.message_not_found"
    assert inbox(person)[0].read_at is None


def test_what_to_read_is_said_one_way(world):
    _, client = fill(world, 1)
    for body in ({}, {"all": False}, {"ids": [1], "all": True}, {"ids": []}):
        assert client.post("/inbox/read", body).status == 422


def test_an_ordinary_message_asks_for_no_acknowledgement(world):
    person, client = fill(world, 1)
    answer = client.post(f"/inbox/{inbox(person)[0].id}/acknowledge")
    assert (answer.status, answer.error) == (409, "notifications.nothing_to_acknowledge")


def test_a_part_of_the_inbox_takes_the_same_statements_whatever_its_length(world):
    _, client = fill(world, 12)

    def cost(limit):
        with counted_statements() as sent:
            client.get("/inbox", limit=limit)
        return len(sent)

    assert cost(1) == cost(12)
