"""The envelope, authentication and errors, before any module."""


def test_an_unknown_path_answers_in_the_envelope(anonymous):
    answer = anonymous.get("/nowhere")
    assert answer.status == 404
    assert answer.error == "app.not_found"


def test_a_member_of_staff_is_created_and_logged_in(compound):
    client = compound.client(compound.staff("1001", subsidy_fen=2000))
    assert client.token


def test_a_compressing_proxys_weak_tag_is_understood(compound):
    from tests.factories import MONDAY

    canteen = compound.canteen()
    client = compound.client(compound.staff())
    menu = {"canteen_id": canteen.id, "date": MONDAY.isoformat()}

    def ask(tag):
        headers = {"If-None-Match": tag}
        return client.request("GET", "/canteen/menus", query_string=menu, headers=headers).status

    tag = client.get("/canteen/menus", **menu).headers["ETag"]
    assert [ask(sent) for sent in (tag, f"W/{tag}", f'"other", {tag}', "*")] == [304] * 4
    assert ask('"other"') == 200


def test_a_database_that_has_gone_away_is_said_to_be_busy_and_comes_back(compound):
    from sqlalchemy import text

    from backend.db import db

    if db.engine.dialect.name != "postgresql":
        return
    client = compound.client(compound.staff())
    assert client.get("/me").status == 200
    with db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    statuses = [client.get("/me").status for _ in range(6)]
    assert set(statuses[:1]) <= {200, 503}
    assert statuses[1:] == [200] * 5


def test_a_doubled_slash_is_an_unknown_path_in_the_envelope(anonymous):
    assert anonymous.request("GET", "/api/v1//me").error == "app.not_found"
