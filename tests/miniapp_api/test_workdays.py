"""The calendar over HTTP."""

from backend.actor import ScopeKind


def test_anybody_reads_the_days_of_a_range(compound):
    client = compound.client(compound.staff())
    days = client.get("/workdays", from_date="2026-02-13", to_date="2026-02-16").data["list"]
    assert [(day["on_date"], day["is_workday"]) for day in days] == [
        ("2026-02-13", True),
        ("2026-02-14", True),
        ("2026-02-15", False),
        ("2026-02-16", False),
    ]
    assert client.get("/workdays", from_date="2027-03-01", to_date="2027-03-01").data["list"][0][
        "is_provisional"
    ]


def test_a_range_is_bounded_and_in_order(compound):
    client = compound.client(compound.staff())
    assert client.get("/workdays", from_date="2026-02-13", to_date="2026-02-12").error == "app.invalid"
    assert client.get("/workdays", from_date="2020-01-01", to_date="2026-02-12").error == "app.invalid"
    assert client.get("/workdays", from_date="2020-01-01").error == "app.invalid"


def test_an_administrator_closes_a_day_and_opens_it_again(compound):
    administrator = compound.client(compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    path = "/admin/workdays/overrides/2026-11-25"
    closed = administrator.put(path, {"segments": [], "reason": "停电检修"})
    assert closed.data["reason"] == "停电检修"
    day = administrator.get("/workdays", from_date="2026-11-25", to_date="2026-11-25").data["list"][0]
    assert (day["is_workday"], day["kind"]) == (False, "override")
    assert len(administrator.get("/admin/workdays/overrides", year=2026).data["list"]) == 1
    assert administrator.delete(path).status == 200
    assert administrator.delete(path).error == "workdays.override_not_found"
    morning = [{"from_time": "08:30", "until_time": "12:00"}]
    assert administrator.put(path, {"segments": morning, "reason": "半天"}).status == 200
    overlapping = [*morning, {"from_time": "11:00", "until_time": "12:30"}]
    assert (
        administrator.put(path, {"segments": overlapping, "reason": "错"}).error
        == "workdays.invalid_segments"
    )
    assert administrator.put("/admin/workdays/overrides/2026-13-45", {}).status == 404
    official = compound.client(compound.staff())
    assert official.put(path, {"segments": [], "reason": "放假"}).error == "app.forbidden"


def test_the_calendar_of_the_compound_is_not_a_campus_administrators(compound):
    campus = compound.campus()
    narrow = compound.client(compound.staff(roles={"administrator": (ScopeKind.CAMPUS, campus.id)}))
    path = "/admin/workdays/overrides/2026-11-25"
    assert narrow.put(path, {"segments": [], "reason": "放假"}).error == "app.forbidden"
    assert narrow.delete(path).error == "app.forbidden"
