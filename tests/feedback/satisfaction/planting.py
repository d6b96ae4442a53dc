"""Ratings as the ledger takes them, planted for the services of any day."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

import pytest

from backend.actor import Actor, ScopeKind
from backend.db import atomic
from backend.ratings import operations
from canteen.pickups.ratings import CANTEEN, DISH, DISH_OF_MEAL, MEAL
from feedback.offices.models import Office
from feedback.reports.ratings import HANDLING, OFFICE
from property.contractors.models import Contractor
from property.work_orders.ratings import CONTRACTOR, REPAIR
from tests.factories import Compound, _add

REVIEWER = {"logistics_reviewer": (ScopeKind.COMPOUND, 0)}
_subjects = count(1)


class Garden:
    """Two campuses with canteens, a contractor with an office, an office of the house's own, and readers."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.east, self.west = compound.campus("东院"), compound.campus("西院")
        self.canteens = [
            compound.canteen(self.east),
            compound.canteen(self.east),
            compound.canteen(self.west),
        ]
        self.contractor = _add(Contractor(name="东方物业管理有限公司", short_name="东方物业"))
        self.office = _add(Office(name="物业办", campus_id=self.east.id, contractor_id=self.contractor.id))
        self.own = _add(Office(name="膳食科", campus_id=self.west.id))
        self.reviewer_staff = compound.staff(roles=REVIEWER)
        self.reviewer = compound.client(self.reviewer_staff)
        self.raters = [compound.staff() for _ in range(3)]

    def meals(self, canteen: Any, served_on: date, *grades: int) -> None:
        """Ratings of meals: each of the five scores is the grade."""
        for grade in grades:
            scores = dict.fromkeys(("taste", "portion", "service"), grade)
            self.rate(MEAL.key, CANTEEN, canteen.id, served_on, scores)

    def repairs(self, served_on: date, *grades: int) -> None:
        """Ratings of the contractor's repairs."""
        for grade in grades:
            scores = {"speed": grade, "quality": grade}
            self.rate(REPAIR.key, CONTRACTOR, self.contractor.id, served_on, scores)

    def handled(self, office: Any, served_on: date, *grades: int) -> None:
        """Ratings of reports that an office has answered."""
        for grade in grades:
            self.rate(HANDLING.key, OFFICE, office.id, served_on, {"result": grade})

    def dishes(self, dish: Any, served_on: date, *grades: int) -> None:
        """Ratings of a dish."""
        for grade in grades:
            self.rate(DISH_OF_MEAL.key, DISH, dish.id, served_on, {"taste": grade})

    def rate(
        self, service: str, kind: str, provider_id: int, served_on: date, scores: Mapping[str, int]
    ) -> None:
        """One rating of a subject of its own."""
        subject = next(_subjects)
        staff = self.raters[subject % len(self.raters)]
        actor = Actor(staff.id, staff.staff_no, staff.name, 1, 1, ())

        @atomic
        def write() -> None:
            operations.rate(
                actor,
                service=service,
                subject_id=subject,
                cycle=0,
                provider_kind=kind,
                provider_id=provider_id,
                served_on=served_on,
                scores=scores,
                text="",
                handler_ids=[],
            )

        write()


@pytest.fixture
def garden(compound: Compound) -> Garden:
    """The compound."""
    return Garden(compound)
