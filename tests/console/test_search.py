"""The search of the frame: each kind of hit, only where the searcher may look."""

from backend.actor import ScopeKind
from tests.console.browser import Console


def test_it_finds_pages_people_and_dishes_for_whom_may_see_them(app, lunch):
    compound = lunch.compound
    compound.staff("7788", name="花名甲")
    compound.dish(lunch.canteen, "花菜炒肉")
    other = compound.canteen(name="别处食堂")
    compound.dish(other, "花生米")
    roles = {"administrator": (ScopeKind.COMPOUND, 0)}
    everything = Console(app, compound.staff(roles=roles)).page("/console/search", q="花")
    for found in ("花名册", "花名甲", "工号 7788", "花菜炒肉", "花生米"):
        assert found in everything
    narrow = {"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}
    own = Console(app, compound.staff(roles=narrow)).page("/console/search", q="花")
    assert "花菜炒肉" in own
    for hidden in ("花名册", "花名甲", "花生米"):
        assert hidden not in own


def test_it_finds_places(app, compound):
    compound.campus("松林院区")
    roles = {"administrator": (ScopeKind.COMPOUND, 0)}
    assert "松林院区" in Console(app, compound.staff(roles=roles)).page("/console/search", q="松林")
    assert "没有找到" in Console(app, compound.staff()).page("/console/search", q="松林")


def test_without_a_text_it_asks_for_one(app, compound):
    assert "请输入要找的内容" in Console(app, compound.staff()).page("/console/search")
