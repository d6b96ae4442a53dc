"""通告栏 at the console: what editors see within their reach, whom a notice may address, who has read it."""

import pytest

from tests.console.browser import Console
from tests.feedback.notices.board import board, later
from tests.statements import counted_statements

__all__ = ["board"]
URL = "/console/notices"
MOST = 15


@pytest.fixture
def editor(app, board):
    """Who may address everybody."""
    return Console(app, board.people["editor"])


@pytest.fixture
def north(app, board):
    """Who edits for one campus."""
    return Console(app, board.people["north_editor"])


def test_an_editor_lists_filters_and_opens_what_is_within_reach(editor, north, board):
    own = board.draft(by=board.north_editor, audience=[{"kind": "campus", "target_id": board.north.id}])
    everybodys = board.published(title="食堂延长供应", kind="activity")
    for title in ("关于停水的通知", "食堂延长供应"):
        assert title in editor.page(URL)
    assert "食堂延长供应" not in editor.page(URL, state="draft")
    assert "关于停水的通知" not in editor.page(URL, q="食堂")
    assert "没有符合条件的通告" in editor.page(URL, kind="maintenance")
    assert "食堂延长供应" not in north.page(URL)
    assert "请提前储水" in north.page(f"{URL}/{own['id']}")
    assert north.get(f"{URL}/{everybodys['id']}").status_code == 404
    assert north.get(f"{URL}/{everybodys['id']}/edit").status_code == 404


def test_a_campus_editor_is_offered_the_campus_alone(editor, north, board):
    offered = north.page(f"{URL}/new")
    assert board.north.name in offered
    assert board.south.name not in offered
    assert "全体职工" not in offered
    assert "办公厅/综合处" in editor.page(f"{URL}/new")


def test_the_page_of_a_notice_offers_what_its_state_allows(editor, board):
    draft = board.draft()
    page = editor.page(f"{URL}/{draft['id']}")
    assert "删除" in page
    assert "/publish" in page
    assert "/withdraw" not in page
    out = board.publish(draft).data
    page = editor.page(f"{URL}/{out['id']}")
    assert "/withdraw" in page
    assert 'data-api="DELETE' not in page
    assert "修改原因" in editor.page(f"{URL}/{out['id']}/edit")
    gone = board.act(out, "withdraw", reason="时间有误").data
    assert "时间有误" in editor.page(f"{URL}/{gone['id']}")
    assert editor.get(f"{URL}/{gone['id']}/edit").status_code == 409


def test_readers_are_counted_by_department_from_five_on(editor, app, board):
    out = board.published()
    for number in range(6):
        department = board.general if number < 5 else board.loose
        reader = board.compound.client(board.compound.staff(department=department))
        assert reader.post(f"/feedback/notices/{out['id']}/read", {}).status == 200
    page = editor.page(f"{URL}/{out['id']}")
    assert "已读 6" in page
    # Five of one department and one of another: either would tell the other.
    assert '<th scope="row" class="row-name">综合处</th>' not in page
    assert "其他部门合计" in page


def test_where_departments_sit_is_said_by_those_who_edit_for_all(editor, north, board):
    assert board.north.name in editor.page(f"{URL}/seats")
    one = f"{URL}/seats/{board.office.id}"
    assert f'value="{board.north.id}" data-type="list" checked' in editor.page(one)
    assert editor.get(f"{URL}/seats/999999").status_code == 404
    assert north.get(one).status_code == 403


def test_other_officials_see_none_of_it(app, board):
    reader = Console(app, board.people["reader"])
    assert reader.get(URL).status_code == 403


def test_many_notices_ask_the_database_no_more_often(editor, board):
    for number in range(6):
        board.published(title=f"第 {number} 期", audience=[{"kind": "campus", "target_id": board.north.id}])
    notice = board.draft(pinned_until=later(days=2))
    for path in (URL, f"{URL}/new", f"{URL}/{notice['id']}", f"{URL}/{notice['id']}/edit", f"{URL}/seats"):
        editor.page(path)
        with counted_statements() as sent:
            editor.page(path)
        assert sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent) <= MOST, path
