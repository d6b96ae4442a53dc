"""Rules of cleaning and disinfection: pure functions."""

from datetime import date, datetime, timedelta
from typing import Final

from canteen.food_safety.hygiene.errors import CleaningInvalid, ConcentrationNeeded
from canteen.food_safety.hygiene.models import CleaningKind, CleaningTask, Every, Method

PHOTO_OWNER: Final = "hygiene_record"
# By heat or light nothing has a concentration.
WITH_AGENT: Final = frozenset(
    {Method.CHLORINE, Method.ALCOHOL, Method.OZONE, Method.DISHWASHER, Method.OTHER}
)


def span_of(every: Every, on: date) -> tuple[date, date]:
    """The first and the last day of the span in which `on` lies and the task is due so many times."""
    if every is Every.DAY:
        return on, on
    if every is Every.WEEK:
        monday = on - timedelta(days=on.weekday())
        return monday, monday + timedelta(days=6)
    first = on.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def ensure_measured(task: CleaningTask, concentration_mg_l: int | None) -> None:
    """What the task asks a concentration of was measured. Raises ConcentrationNeeded."""
    if task.least_mg_l is not None and concentration_mg_l is None:
        raise ConcentrationNeeded(target=task.target, least=task.least_mg_l)


def is_below(task: CleaningTask | None, concentration_mg_l: int | None, minutes: int | None) -> bool:
    """Whether less was used, or for less time, than the task asks for."""
    if task is None:
        return False
    weak = task.least_mg_l is not None and (concentration_mg_l or 0) < task.least_mg_l
    short = task.least_minutes is not None and minutes is not None and minutes < task.least_minutes
    return weak or short


def ensure_task(kind: CleaningKind, method: Method, least_mg_l: int | None) -> None:
    """A task says what can be done. Raises CleaningInvalid."""
    if kind is CleaningKind.DISINFECT and method is Method.WASH:
        raise CleaningInvalid(reason="消毒须选择消毒方法")
    if least_mg_l is not None and method not in WITH_AGENT:
        raise CleaningInvalid(reason="该方法没有浓度要求")


def ensure_past(done_at: datetime, now: datetime) -> None:
    """Raises CleaningInvalid."""
    if done_at > now:
        raise CleaningInvalid(reason="完成时间不能晚于现在")
