"""Photos of dishes: attached with the dish, shown to everybody, let go of when replaced."""

from io import BytesIO

import pytest
from sqlalchemy import select

from backend.db import db
from backend.media.models import Photo
from tests.backend.media.pictures import corners, saved
from tests.canteen.menu.test_dishes import body, change, create
from tests.factories import MONDAY
from tests.statements import counted_statements


@pytest.fixture
def cook(kitchen):
    """The kitchen's manager with a camera."""
    return Cook(kitchen)


class Cook:
    """Uploads photos, and looks at what became of them."""

    def __init__(self, kitchen):
        self.kitchen = kitchen

    def photo(self, by=None):
        """The id of a fresh photo."""
        picture = saved(corners(200, 150), "JPEG")
        answer = (by or self.kitchen.manager).request(
            "POST",
            "/media/photos",
            data={"file": (BytesIO(picture), "dish.jpg")},
            content_type="multipart/form-data",
        )
        return answer.data["id"]

    def state(self, photo_id):
        """The photo's state and owner."""
        db.session.rollback()
        row = select(Photo.state, Photo.owner_kind, Photo.owner_id).where(Photo.id == photo_id)
        return tuple(db.session.execute(row).one())


def test_a_photo_is_published_with_its_dish(kitchen, cook):
    photo = cook.photo()
    dish = create(kitchen, photo_id=photo).data
    assert dish["photo_id"] == photo
    assert cook.state(photo) == ("public", "dish", dish["id"])
    (found,) = kitchen.manager.get("/canteen/admin/dishes", canteen_id=kitchen.canteen.id).data["list"]
    assert found["photo_id"] == photo


def test_a_photo_that_is_replaced_or_removed_is_let_go_of(kitchen, cook):
    first, second = cook.photo(), cook.photo()
    dish = create(kitchen, photo_id=first).data
    change(kitchen, dish["id"], photo_id=second)
    assert cook.state(first) == ("uploaded", None, None)
    assert cook.state(second) == ("public", "dish", dish["id"])
    change(kitchen, dish["id"])
    assert cook.state(second) == ("uploaded", None, None)


def test_another_manager_may_change_a_dish_and_keep_its_photo(kitchen, cook):
    photo = cook.photo()
    dish = create(kitchen, photo_id=photo).data
    other = kitchen.manager_of(kitchen.canteen)
    assert change(kitchen, dish["id"], by=other, photo_id=photo, price_fen=900).status == 200
    assert cook.state(photo) == ("public", "dish", dish["id"])


def test_a_photo_of_somebody_or_something_else_is_refused(kitchen, cook):
    used, foreign = cook.photo(), cook.photo(by=kitchen.manager_of(kitchen.canteen))
    dish = create(kitchen, photo_id=used).data
    own = cook.photo()
    plain = create(kitchen, name="青菜", photo_id=own).data
    for photo in (used, foreign, 999_999):
        answer = change(kitchen, plain["id"], name="白菜", photo_id=photo)
        assert (answer.status, answer.error) == (422, "media.photo_not_found")
        assert answer.envelope["data"]["fields"] == {"photo_id": ["没有找到该图片，请重新上传"]}
        assert create(kitchen, name="新菜", photo_id=photo).status == 422
    # Nothing of it has happened: name and photo are as before.
    assert cook.state(own) == ("public", "dish", plain["id"])
    assert cook.state(used) == ("public", "dish", dish["id"])
    listed = kitchen.manager.get("/canteen/admin/dishes", canteen_id=kitchen.canteen.id).data["list"]
    assert [one["name"] for one in listed] == [body()["name"], "青菜"]


def test_diners_get_links_by_one_more_statement_however_many_photos_there_are(kitchen, cook):
    kitchen.menu()

    def statements():
        with counted_statements() as sent:
            kitchen.menu()
        return len([one for one in sent if one not in ("BEGIN", "ROLLBACK")])

    dishes = [kitchen.dish() for _ in range(4)]
    kitchen.compound.meal(kitchen.canteen, [(dish, 20) for dish in dishes])
    kitchen.compound.period(kitchen.canteen, "dinner")
    before = statements()
    for dish in dishes[:3]:
        change(kitchen, dish, name=f"有照片 {dish.id}", photo_id=cook.photo())
    shown = kitchen.menu(MONDAY)["periods"][0]["dishes"]
    assert [one["photo"] is None for one in shown] == [False, False, False, True]
    assert kitchen.menu(MONDAY)["periods"][0]["dishes"] == shown
    assert statements() <= before + 1
    with kitchen.compound.app.test_client() as anybody:
        answer = anybody.get(shown[0]["photo"]["thumb"])
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
