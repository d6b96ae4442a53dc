"""What tests begin with: a world that is laid out is the one that was furnished."""

import pytest

from backend import clock
from backend.db import db
from tests.canteen.lunch import Lunch
from tests.databases import settings_for
from tests.factories import NINE, Compound
from tests.furnished import Worlds


@pytest.fixture(autouse=True)
def nine():
    """It is Monday at nine."""
    with clock.at(NINE):
        yield


@pytest.fixture
def worlds(applications, tmp_path_factory):
    """Worlds of which none was furnished yet."""
    return Worlds(applications, tmp_path_factory.mktemp("worlds"))


@pytest.fixture
def another(request, settings, applications, tmp_path_factory):
    """The means to furnish another empty database of the same kind."""
    template = request.getfixturevalue("sqlite_template" if settings.is_sqlite else "postgres_template")
    folder = tmp_path_factory.mktemp("another")
    with (
        template.copy(folder) as url,
        applications.on(settings_for(folder, url)) as app,
        app.app_context(),
    ):
        yield Compound(app)


def contents():
    """Every row of every table."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {table.name: sorted(map(repr, db.session.execute(table.select()).all())) for table in tables}


def test_it_is_laid_out_as_it_was_furnished(worlds, compound, another):
    with compound.app.app_context():
        furnished = worlds.one(Lunch, compound)
        rows = contents()
    copied = worlds.one(Lunch, another)
    assert copied is not furnished
    assert contents() == rows
    assert copied.meal.dishes[0].dish_id == copied.dishes[0].id


def test_those_who_were_logged_in_act_and_new_rows_follow_the_old(worlds, compound, another):
    with compound.app.app_context():
        worlds.one(Lunch, compound)
    lunch = worlds.one(Lunch, another)
    assert lunch.place(1).status == 201
    assert lunch.taken() == [100, 0]
    assert repr(another._count) == repr(compound._count) != repr(Compound(another.app)._count)
    assert another.dish(lunch.canteen).id == lunch.dishes[-1].id + 1


def test_where_somebody_has_written_before_it_is_furnished_anew(worlds, compound, another):
    with compound.app.app_context():
        worlds.one(Lunch, compound)
    campus = another.campus("先来的")
    lunch = worlds.one(Lunch, another)
    assert lunch.canteen.campus_id == campus.id + 1
    assert lunch.place(1).status == 201
