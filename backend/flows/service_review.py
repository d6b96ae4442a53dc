"""服务保障工作情况通报: its figures, gathered over all modules, and the notice that makes it known.

Every module says what its services came to in a month (`Section`); a new service is one line of `PROVIDERS`.
A provider answers None where there is nothing to tell (no survey stopped, no contractor assessed).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.dates import months_after
from backend.flows import service_sections as sections
from feedback.notices import operations as notices
from feedback.reviews import figures, gathering, policies, services
from feedback.reviews.documents import paragraphs
from feedback.reviews.figures import Figure, Section, Series
from feedback.reviews.gathering import Month
from feedback.reviews.queries import ReviewView

Provider: TypeAlias = Callable[[Month], Section | None]

# In the order of the bulletin.
PROVIDERS: Final[tuple[Provider, ...]] = (
    sections.canteen,
    sections.repairs,
    sections.inspections,
    sections.meetings,
    gathering.reports,
    gathering.concierge,
    sections.satisfaction,
    sections.contractors_assessed,
    gathering.surveys,
    gathering.notices,
    gathering.resident_demands,
)
# The rates whose course over the months is drawn.
TREND: Final[tuple[tuple[str, str, Callable[[Sequence[Month]], list[Figure]]], ...]] = (
    ("repairs_in_time", "维修按时完成率", sections.completed_in_time),
    ("reports_in_time", "诉求按时办结率", gathering.answered_in_time),
    ("satisfied", "服务满意率", sections.satisfied),
)
_MONTHS: Final = 6


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of a month as they stand at `taken_at`."""

    first_day: date
    last_day: date
    taken_at: datetime
    figures: dict[str, Any]


def overview(actor: Actor, *, month: date) -> Overview:
    """The logistics review page: the same figures, live. Raises Forbidden or ReviewPeriodWrong."""
    ensure_everywhere(actor, Permission.FEEDBACK_READ)
    policies.ensure_month(month, today=clock.today())
    return Overview(month, policies.last_day_of(month), clock.now(), take(month))


def take(first_day: date) -> dict[str, Any]:
    """The figures of a month as they stand now, as plain JSON, with those of the month before."""
    month, before = month_of(first_day), month_of(months_after(first_day, -1))
    months = [month_of(months_after(first_day, number)) for number in range(1 - _MONTHS, 1)]
    return figures.frozen(
        _gathered(month),
        _gathered(before),
        first_day=month.first_day.isoformat(),
        last_day=month.last_day.isoformat(),
        months=[f"{each.first_day:%Y-%m}" for each in months],
        trend=[
            Series(key, name, [figure.value for figure in figures_of(months)])
            for key, name, figures_of in TREND
        ],
    )


def month_of(first_day: date) -> Month:
    """The month that begins on this day."""
    return Month(first_day, policies.last_day_of(first_day))


def draft(actor: Actor, *, first_day: date) -> ReviewView:
    """As `services.draft`."""
    return services.draft(actor, first_day=first_day, take=take)


def refresh(actor: Actor, *, review_id: int) -> ReviewView:
    """As `services.refresh`."""
    return services.refresh(actor, review_id=review_id, take=take)


def correct(actor: Actor, *, review_id: int, reason: str) -> ReviewView:
    """As `services.correct`."""
    return services.correct(actor, review_id=review_id, reason=reason, take=take)


def publish(actor: Actor, *, review_id: int, revision: int) -> ReviewView:
    """As `services.publish`; a notice (公示) tells everybody."""
    return services.publish(actor, review_id=review_id, revision=revision, announce=announce)


def announce(actor: Actor, view: ReviewView) -> None:
    """Make it known by a notice (公示), within the unit."""
    review = view.review
    corrected = [f"本版代替第{review.version - 1}版，更正原因：{review.correction_reason}"]
    lines = [
        *(corrected if review.version > 1 else []),
        *paragraphs(review.introduction),
        *view.figures["summary"],
        *paragraphs(review.problems),
        *paragraphs(review.requirements),
        f"全文见“服务保障通报”（{view.issue_no}）。",
    ]
    again = f"（第{review.version}版）" if review.version > 1 else ""
    notices.publish_record(
        actor,
        title=f"{view.title}{again}",
        body="\n".join(lines),
        source_kind="service_review",
        source_id=review.id,
    )


def _gathered(month: Month) -> list[Section]:
    return [section for provider in PROVIDERS if (section := provider(month)) is not None]
