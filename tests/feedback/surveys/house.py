"""A compound with two campuses, departments of several sizes, and somebody who makes surveys."""

from typing import Any

import pytest

from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from feedback.notices.models import DepartmentCampus
from tests.client import Answer, Client
from tests.factories import Compound

QUESTIONS = [
    {"kind": "single", "text": "您常去哪个食堂？", "options": ["一食堂", "二食堂"]},
    {"kind": "multiple", "text": "哪些需要改进？", "options": ["口味", "价格", "环境"], "most": 2},
    {"kind": "scale", "text": "总体满意吗？"},
    {"kind": "text", "text": "还有什么建议？"},
    {"kind": "matrix", "text": "请分别评分", "options": ["早餐", "午餐"]},
]


class House:
    """Departments `big` (12 people, east), `small` (6, west) and `tiny` (3, west), and a `maker`."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.east, self.west = compound.campus("东院"), compound.campus("西院")
        self.people: dict[str, list[Staff]] = {}
        self.departments = {}
        for name, size, campus in (("big", 12, self.east), ("small", 6, self.west), ("tiny", 3, self.west)):
            department = self.departments[name] = compound.department(name)
            self.people[name] = [compound.staff(department=department) for _ in range(size)]
            self._seat(department.id, campus.id)
        self.maker: Client = compound.client(
            compound.staff(
                department=self.departments["big"],
                roles={"logistics_reviewer": (ScopeKind.COMPOUND, 0)},
            )
        )

    @staticmethod
    @atomic
    def _seat(department_id: int, campus_id: int) -> None:
        db.session.add(DepartmentCampus(department_id=department_id, campus_id=campus_id))

    def draft(self, **said: Any) -> Any:
        """A draft for everybody, until Friday."""
        body = {"title": "食堂调查", "audience": "all", "stops_on": "2026-11-27", "questions": QUESTIONS}
        answer = self.maker.post("/feedback/surveys", {**body, **said})
        assert answer.status == 201, answer.envelope
        return answer.data

    def open(self, **said: Any) -> Any:
        """The same, opened."""
        opened = self.maker.post(f"/feedback/surveys/{self.draft(**said)['id']}/open")
        assert opened.status == 200, opened.envelope
        return opened.data

    def answer(self, survey: Any, staff: Staff, **said: Any) -> Answer:
        """Somebody answers: `single` and `multiple` by positions, `scale`, `text`, `matrix` by scores."""
        return self.compound.client(staff).post(
            f"/feedback/surveys/{survey['id']}/answers", {"answers": answers(survey, **said)}
        )

    def results(self, survey: Any) -> Any:
        """Stop a survey and read what came of it."""
        assert self.maker.post(f"/feedback/surveys/{survey['id']}/stop").status == 200
        return self.maker.get(f"/feedback/surveys/{survey['id']}/results").data


def answers(survey: Any, **said: Any) -> list[dict[str, Any]]:
    """The body of an answer."""
    by_kind = {each["kind"]: each for each in survey["questions"]}
    found = []
    for kind, value in said.items():
        question = by_kind[kind]
        ids = [option["id"] for option in question["options"]]
        part: dict[str, Any] = {
            "single": lambda v=value, i=ids: {"option_ids": [i[v]]},
            "multiple": lambda v=value, i=ids: {"option_ids": [i[each] for each in v]},
            "scale": lambda v=value: {"score": v},
            "text": lambda v=value: {"text": v},
            "matrix": lambda v=value, i=ids: {
                "scores": [{"option_id": i[place], "score": score} for place, score in enumerate(v)]
            },
        }[kind]()
        found.append({"question_id": question["id"], **part})
    return found


@pytest.fixture
def house(compound: Compound) -> House:
    """The compound."""
    return House(compound)
