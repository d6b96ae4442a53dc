"""Who sees which orders, in which order, and how many statements it takes."""

from datetime import timedelta

from backend import clock
from backend.actor import ScopeKind
from backend.places.models import Building
from tests.factories import NINE
from tests.property.estate import add
from tests.statements import counted_statements

ORDERS = "/property/work-orders"


def ids(client, **query):
    return [each["id"] for each in client.get(ORDERS, **query).data["list"]]


def test_everybody_sees_what_is_theirs(estate):
    submitted, working = estate.report(), estate.working()
    pool = estate.triaged(category="light")
    mine = estate.report(by=estate.mate)
    assert ids(estate.requester) == [pool, working, submitted]
    assert ids(estate.mate) == [mine]
    assert ids(estate.worker, view="todo") == [working]
    assert ids(estate.worker, view="pool") == ids(estate.mate, view="pool") == [pool]
    assert ids(estate.requester, view="pool") == ids(estate.requester, view="todo") == []
    assert ids(estate.dispatcher, view="all") == [mine, pool, working, submitted]
    assert ids(estate.worker, view="all") == [pool, working]
    assert ids(estate.requester, view="all") == [pool, working, submitted]


def test_what_is_not_ones_own_is_not_there(estate):
    order_id = estate.report()
    stranger = estate.compound.client(estate.compound.staff())
    assert stranger.get(f"{ORDERS}/{order_id}").status == 404
    assert estate.worker.get(f"{ORDERS}/{order_id}").status == 404  # Nobody has triaged it.
    assert estate.do(stranger, order_id, "cancel").status == 404
    estate.done(estate.dispatcher, order_id, "accept")
    assert estate.worker.get(f"{ORDERS}/{order_id}").data["can"] == ["grab"]


def test_who_dispatches_one_building_knows_nothing_of_another(estate):
    other = add(Building(campus_id=estate.campus.id, name="2号楼"))
    there = estate.client("there", "property_dispatcher", (ScopeKind.BUILDING, other.id))
    here = estate.client("here", "property_dispatcher", (ScopeKind.BUILDING, estate.building.id))
    order_id = estate.report(urgency="urgent")
    assert there.get(f"{ORDERS}/{order_id}").status == 404
    assert estate.do(there, order_id, "accept").status == 404
    assert ids(there, view="all") == []
    assert (ids(here, view="all"), ids(here, view="all", building_id=estate.building.id)) == (
        [order_id],
        [order_id],
    )
    assert estate.done(here, order_id, "accept")["state"] == "triaged"


def test_who_answers_for_a_contractor_sees_its_orders_without_numbers(estate):
    firm = estate.contractor()
    group = estate.new_group("外包班", firm)
    hand = estate.new_worker("hand", group=group)
    manager = estate.client("manager", "contractor_manager", (ScopeKind.CONTRACTOR, firm.id))
    body = estate.body(contact="王先生", contact_phone="13812345678")
    order_id = estate.dispatcher.post(ORDERS, body).data["id"]
    assert manager.get(f"{ORDERS}/{order_id}").status == 404
    estate.done(estate.dispatcher, order_id, "dispatch", group_id=group.id)
    shown = manager.get(f"{ORDERS}/{order_id}").data
    assert (shown["contractor_name"], shown["contact_phone"], shown["can"]) == (firm.short_name, "", [])
    assert estate.do(manager, order_id, "accept").status == 403
    assert hand.get(f"{ORDERS}/{order_id}").data["contact_phone"] == ""
    assert estate.done(hand, order_id, "accept")["contact_phone"] == "138****5678"


def test_lists_are_filtered_and_sorted(estate):
    estate.policy()
    slow = estate.report()
    urgent = estate.report(category="light", urgency="critical", description="配电箱冒烟")
    assert ids(estate.dispatcher, view="all", urgency="critical") == [urgent]
    assert ids(estate.dispatcher, view="all", category="leak") == [slow]
    assert ids(estate.dispatcher, view="all", q="冒烟") == [urgent]
    assert ids(estate.dispatcher, view="all", q="101", state="submitted") == [urgent, slow]
    assert ids(estate.dispatcher, view="all", q="%") == []
    assert ids(estate.dispatcher, view="all", overdue=True) == []
    with clock.at(NINE + timedelta(minutes=31)):
        estate.done(estate.dispatcher, slow, "dispatch", worker_id=estate.people["worker"].id)
        estate.done(estate.worker, slow, "accept")
        assert ids(estate.dispatcher, view="all", overdue=True) == [urgent]
        assert estate.dispatcher.get(f"{ORDERS}/{slow}").data["is_overdue"]  # Its response was late.
    estate.done(estate.dispatcher, urgent, "reject", text="不属于物业")
    assert ids(estate.dispatcher, view="all", is_open=True) == [slow]


def test_the_pool_begins_with_what_one_can_do(estate):
    light, leak = estate.triaged(category="light"), estate.triaged(category="leak")
    critical = estate.triaged(category="light", urgency="critical")
    assert ids(estate.worker, view="pool") == [leak, critical, light]
    assert ids(estate.mate, view="pool") == [critical, light, leak]


def test_badges_count_what_waits(estate):
    estate.finished()
    estate.triaged()
    estate.report()
    nothing = dict.fromkeys(
        ("mine_open", "to_verify", "to_rate", "todo", "pool", "to_triage", "to_dispatch", "holds"), 0
    )
    counts = {
        name: getattr(estate, name).get(f"{ORDERS}/counts").data for name in ("requester", "dispatcher")
    }
    assert counts["requester"] == {**nothing, "mine_open": 3, "to_verify": 1}
    assert counts["dispatcher"] == {**nothing, "to_verify": 1, "to_triage": 1, "to_dispatch": 1}
    assert estate.mate.get(f"{ORDERS}/counts").data == {**nothing, "pool": 1}


def told_to_the_database(sent):
    """The statements without the ends of transactions."""
    return [statement for statement in sent if statement not in ("BEGIN", "COMMIT", "ROLLBACK")]


def test_reading_takes_few_statements(estate):
    estate.policy()
    order_ids = [estate.working() for _ in range(3)]
    for client, view in ((estate.dispatcher, "all"), (estate.worker, "pool"), (estate.worker, "todo")):
        with counted_statements() as sent:
            assert client.get(ORDERS, view=view).status == 200
        assert len(told_to_the_database(sent)) <= 6, "\n".join(sent)
    with counted_statements() as sent:
        assert estate.worker.get(f"{ORDERS}/{order_ids[0]}").status == 200
    assert len(told_to_the_database(sent)) <= 15, "\n".join(sent)


def test_reporting_takes_few_statements(estate):
    estate.policy()
    estate.report()
    with counted_statements() as sent:
        estate.report()
    # Of these four read the place, floor by floor, and four are the login, the quota and the stored answer.
    assert len(told_to_the_database(sent)) <= 22, "\n".join(sent)
