"""Whom to give an order to, and why: pure functions.

The order of the reasons: whoever has room, then the trade, then whom the contract obliges, then who is on
duty, then the way, then the load. A contract comes before duty and nearness because it says whose work it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

MOST_SUGGESTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Job:
    """What an order asks of a worker. `skill` is "" for any; `contractor_id` is whom a contract obliges."""

    skill: str
    campus_id: int
    building_id: int
    contractor_id: int | None = None
    contractor: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A worker who is available. `has_turned_down`: has given this very order back or away."""

    staff_id: int
    name: str
    group_id: int
    group: str
    contractor_id: int | None
    skills: frozenset[str]
    building_id: int
    campus_id: int
    capacity: int
    open: int
    is_on_duty: bool
    has_turned_down: bool = False

    @property
    def is_full(self) -> bool:
        """Whether there is no room for one more."""
        return self.open >= self.capacity


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words, for or against."""

    is_for: bool
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A worker with the reasons; `rank` counts from 1."""

    rank: int
    candidate: Candidate
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class GroupSuggestion:
    """A group with the reasons; `on_duty` counts those with the trade who are on duty now."""

    rank: int
    id: int
    name: str
    workers: int
    on_duty: int
    free: int
    reasons: Sequence[Reason]


def suggest(job: Job, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """The best workers for an order, best first."""
    ordered = sorted(candidates, key=lambda one: _key(job, one))[:MOST_SUGGESTIONS]
    return [Suggestion(rank, one, _reasons(job, one)) for rank, one in enumerate(ordered, start=1)]


def best(job: Job, candidates: Iterable[Candidate]) -> Candidate | None:
    """Who may be given the order without asking a person: with the trade, on duty, with room, obliged."""
    fit = [
        one
        for one in candidates
        if one.is_on_duty
        and not one.is_full
        and not one.has_turned_down
        and _is_skilled(job, one)
        and _is_obliged(job, one.contractor_id)
    ]
    return min(fit, key=lambda one: _key(job, one), default=None)


def suggest_groups(job: Job, candidates: Iterable[Candidate]) -> list[GroupSuggestion]:
    """The best groups for an order, best first: by contract, trade, duty, way and load."""
    groups: dict[int, list[Candidate]] = {}
    for one in candidates:
        groups.setdefault(one.group_id, []).append(one)
    ordered = sorted(groups.items(), key=lambda item: _group_key(job, item[1]))[:MOST_SUGGESTIONS]
    return [_group(job, rank, members) for rank, (_, members) in enumerate(ordered, start=1)]


def _key(job: Job, one: Candidate) -> tuple[object, ...]:
    return (
        one.is_full,
        one.has_turned_down,
        not _is_skilled(job, one),
        not _is_obliged(job, one.contractor_id),
        not one.is_on_duty,
        _distance(job, one),
        Fraction(one.open, one.capacity),
        one.open,
        one.staff_id,
    )


def _reasons(job: Job, one: Candidate) -> list[Reason]:
    found = []
    if job.skill:
        is_skilled = _is_skilled(job, one)
        found.append(Reason(is_skilled, f"{'会' if is_skilled else '不会'}「{job.skill}」"))
    found.extend(_obligation(job, one.contractor_id))
    found.append(Reason(one.is_on_duty, "当班" if one.is_on_duty else "不当班"))
    distance = _distance(job, one)
    if one.building_id:
        found.append(Reason(distance < 2, ("驻本楼", "驻本院区", "驻其他院区")[distance]))
    found.append(
        Reason(not one.is_full, f"在手 {one.open}/{one.capacity} 张{'，已满' if one.is_full else ''}")
    )
    if one.has_turned_down:
        found.append(Reason(False, "曾退回或转出本单"))
    return found


def _obligation(job: Job, contractor_id: int | None) -> list[Reason]:
    if job.contractor_id is None:
        return [] if contractor_id is None else [Reason(False, "服务商人员，合同未包含此项")]
    if contractor_id == job.contractor_id:
        return [Reason(True, f"属合同责任服务商「{job.contractor}」")]
    return [Reason(False, f"此项由服务商「{job.contractor}」负责")]


def _is_skilled(job: Job, one: Candidate) -> bool:
    return not job.skill or job.skill in one.skills


def _is_obliged(job: Job, contractor_id: int | None) -> bool:
    """The contractor whom a contract obliges; the house's own where there is none."""
    return contractor_id == job.contractor_id


def _distance(job: Job, one: Candidate) -> int:
    """0 in the same building, 1 on the same campus, 2 elsewhere or nobody knows."""
    if job.building_id and one.building_id == job.building_id:
        return 0
    return 1 if one.campus_id and one.campus_id == job.campus_id else 2


def _group_key(job: Job, members: Sequence[Candidate]) -> tuple[object, ...]:
    skilled = [one for one in members if _is_skilled(job, one)]
    ready = [one for one in skilled if one.is_on_duty and not one.is_full]
    return (
        not _is_obliged(job, members[0].contractor_id),
        not skilled,
        not ready,
        min((_distance(job, one) for one in skilled), default=2),
        _load(members),
        members[0].group_id,
    )


def _group(job: Job, rank: int, members: Sequence[Candidate]) -> GroupSuggestion:
    skilled = [one for one in members if _is_skilled(job, one)]
    on_duty = sum(one.is_on_duty for one in skilled)
    free = sum(max(0, one.capacity - one.open) for one in members)
    reasons = _obligation(job, members[0].contractor_id)
    if job.skill:
        reasons.append(Reason(bool(skilled), f"{len(skilled)} 人会「{job.skill}」"))
    reasons.append(Reason(bool(on_duty), f"{on_duty} 人当班" if on_duty else "无人当班"))
    reasons.append(Reason(bool(free), f"还可接 {free} 张" if free else "全组已满"))
    return GroupSuggestion(rank, members[0].group_id, members[0].group, len(members), on_duty, free, reasons)


def _load(members: Sequence[Candidate]) -> Fraction:
    return Fraction(sum(one.open for one in members), sum(one.capacity for one in members))
