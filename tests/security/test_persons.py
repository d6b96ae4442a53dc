"""国办函〔2026〕12号: nobody is ranked, rewarded by points or counted by days in a row."""

import re

import pytest

from backend.app import create_app
from backend.db import Base
from tests.databases import settings_for

PERSON = re.compile(r"(staff|diner|official|person|worker|user|colleague|reporter)(_id|_no|_name|_key)?")
PRIZE = re.compile(r"ranks?|ranked|ranking|points|streaks?|badges?|medals?|honours?|days_in_a_row|checkins?")
# The dispatcher is shown who could be sent to an order, the nearest and freest first; it is kept nowhere.
# The points of an inspection are places.
NOT_OF_PEOPLE = {"WorkerSuggestionOut", "InspectionRoundOut", "InspectionRoundRowOut", "inspection_rounds"}


@pytest.fixture
def app_alone(tmp_path):
    return create_app(settings_for(tmp_path))


def test_no_answer_ranks_people(app_alone):
    shapes = app_alone.test_client().get("/api/openapi.json").json["components"]["schemas"]
    assert len(shapes) > 100
    ranked = {
        name
        for name, shape in shapes.items()
        if _has(shape.get("properties", ()), PERSON) and _has(shape.get("properties", ()), PRIZE)
    }
    assert ranked - NOT_OF_PEOPLE == set()


def test_no_table_keeps_points_of_people():
    tables = {
        table.name: [column.name for column in table.columns] for table in Base.metadata.tables.values()
    }
    assert len(tables) > 200
    kept = {name for name, names in tables.items() if _has(names, PERSON) and _has(names, PRIZE)}
    assert kept - NOT_OF_PEOPLE == set()


def _has(names, pattern):
    return any(pattern.fullmatch(name) for name in names)
