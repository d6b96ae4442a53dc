"""Devices that keep silent while their canteen serves: devices know no meals, so that it crosses modules."""

from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.devices import services as device_services
from backend.jobs import Job
from backend.rules import registry
from backend.rules.registry import RuleScope
from canteen.menu.models import Meal, MealState


def tell_of_silent_devices() -> int:
    """Tell the keepers of silent devices where a meal is served now; returns how many messages are new.

    Once per silence, so that a scale that is switched off overnight troubles nobody until it is needed.
    """
    now = clock.now()
    serving = set(
        db.session.scalars(
            select(Meal.canteen_id).where(
                Meal.state != MealState.DRAFT.value,
                Meal.served_on == clock.today(),
                Meal.serves_from <= now,
                Meal.serves_until > now,
            )
        )
    )
    places = [place for place in registry.places(RuleScope.CANTEEN) if place.id in serving]
    return device_services.tell_of_silence(places) if places else 0


JOBS = [
    Job("devices.tell_of_silence", "通知称重设备离线", cron="*/5 * * * *", run=tell_of_silent_devices),
]
