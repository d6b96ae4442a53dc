"""The one door (一键直达): what somebody types is led to a repair, a report, a small service or an answer.

Every category, service and question is a candidate with words of its own. A word that the text has counts as
many points as it has characters; cues, words that tell of a kind whatever it is about, add theirs to each
candidate of the kind. The best candidate is proposed with the words that spoke for it, and what else it might
be. The same text is always led the same way, and nothing is filed: the person confirms, or chooses another.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Final

from backend.places.models import PlaceKind
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.categories.queries import CategoryView
from feedback.concierge import queries as concierge
from feedback.concierge.faq import queries as faq
from feedback.concierge.faq.models import FaqEntry
from feedback.concierge.queries import ServiceView
from property.categories import queries as repairs
from property.categories.tree import CategoryView as RepairView

MOST_ALTERNATIVES: Final = 4
LONGEST_TEXT: Final = 500
# Repairs and services are wanted in rooms, other things are met with outside; it breaks ties.
_INDOORS: Final = frozenset({PlaceKind.ROOM, PlaceKind.FLOOR})
_HINT: Final = re.compile(r"[、，。；\s]+")
_SHORTEST: Final = 2


class DoorKind(StrEnum):
    """Where the door may lead to. Of two that fit equally well, the one that stands first is proposed."""

    REPAIR = "repair"
    SERVICE = "service"
    SNAP = "snap"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    FAQ = "faq"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a text may be about. `id` is None where nothing was recognised."""

    kind: DoorKind
    id: int | None
    code: str
    name: str
    page: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate, with the words that spoke for it and what they count."""

    choice: Candidate
    reason: tuple[str, ...]
    score: int


@dataclass(frozen=True, slots=True)
class Led:
    """Where a text was led, and what else it might be."""

    kind: DoorKind
    choice: Candidate
    reason: Sequence[str]
    alternatives: Sequence[Proposal]


@dataclass(frozen=True, slots=True)
class DoorWords:
    """The file beside this module."""

    cues: Mapping[DoorKind, Mapping[str, int]]
    repairs: Mapping[str, Sequence[str]]


# Their cues say where or how something is amiss, not what the person wants: alone they count half.
_VAGUE: Final = frozenset({DoorKind.REPAIR, DoorKind.SNAP})
UNKNOWN: Final = Candidate(DoorKind.SNAP, None, "", "随手拍", "pages/feedback/new?kind=snap")


def lead(text: str, place: PlaceKind | None = None) -> Led:
    """Where a text leads in this house, now; four statements."""
    return choose(text, candidates(), place)


def candidates() -> list[Candidate]:
    """All that the door may lead to."""
    return [
        *(_of_repair(each) for each in repairs.tree().walk() if each.is_in_use and each.is_leaf),
        *(_of_service(each) for each in concierge.list_active()),
        *(_of_report(each) for each in categories.list_active() if each.kind != Kind.SERVICE),
        *(_of_faq(each) for each in faq.list_active()),
    ]


def choose(text: str, known: Sequence[Candidate], place: PlaceKind | None = None) -> Led:
    """The candidate that fits a text best; without any, 随手拍 without a category. Pure."""
    typed = unicodedata.normalize("NFKC", text).casefold()
    proposals = _proposals(typed, known, place)
    if not proposals:
        return Led(UNKNOWN.kind, UNKNOWN, (), ())
    best, *others = proposals
    return Led(best.choice.kind, best.choice, best.reason, _alternatives(best, others))


@lru_cache(maxsize=1)
def door_words() -> DoorWords:
    """The words of the file."""
    text = resources.files(__package__).joinpath("door_words.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    return DoorWords({DoorKind(kind): cues for kind, cues in said["cues"].items()}, said["repairs"])


def matching(text: str, words: Iterable[str]) -> list[str]:
    """Those of the words that the text has; one that is part of another one there is left out."""
    found = [word for word in dict.fromkeys(words) if word.casefold() in text]
    return [word for word in found if not any(word != other and word in other for other in found)]


def _proposals(text: str, known: Sequence[Candidate], place: PlaceKind | None) -> list[Proposal]:
    """The candidates that the text has words of, the best first."""
    cues = {kind: matching(text, said) for kind, said in door_words().cues.items()}
    found = []
    for candidate in known:
        said = matching(text, candidate.words)
        if said:
            found.append(_proposal(candidate, said, cues[candidate.kind], place))
    told = {proposal.choice.kind for proposal in found}
    for kind in DoorKind:
        if cues[kind] and kind not in told:
            found += _general(kind, cues[kind], known, place)
    order = {kind: rank for rank, kind in enumerate(DoorKind)}
    return sorted(found, key=lambda each: (-each.score, order[each.choice.kind]))


def _proposal(
    candidate: Candidate, said: Sequence[str], cues: Sequence[str], place: PlaceKind | None
) -> Proposal:
    counts = door_words().cues[candidate.kind]
    is_inside = place in _INDOORS
    near = is_inside == (candidate.kind in (DoorKind.REPAIR, DoorKind.SERVICE)) if place else False
    score = sum(len(word) for word in said) + sum(counts[cue] for cue in cues) + near
    return Proposal(candidate, tuple(dict.fromkeys([*said, *cues])), score)


def _general(
    kind: DoorKind, cues: Sequence[str], known: Sequence[Candidate], place: PlaceKind | None
) -> list[Proposal]:
    """Where cues alone lead: to the last of the kind, the most general; a question needs its own words."""
    last = next((each for each in reversed(known) if each.kind is kind), None)
    if last is None or kind in (DoorKind.FAQ, DoorKind.SERVICE):
        return []
    general = _proposal(last, (), cues, place)
    return [replace(general, score=general.score // 2) if kind in _VAGUE else general]


def _alternatives(best: Proposal, others: Sequence[Proposal]) -> list[Proposal]:
    """What else it might be: the best of each other kind, then what comes next."""
    firsts: dict[DoorKind, Proposal] = {}
    for each in others:
        if each.choice.kind is not best.choice.kind:
            firsts.setdefault(each.choice.kind, each)
    chosen = list(firsts.values())[:MOST_ALTERNATIVES]
    rest = [each for each in others if each not in chosen]
    return [*chosen, *rest][:MOST_ALTERNATIVES]


def _of_repair(category: RepairView) -> Candidate:
    words = (*_hinted(category.name, category.hint), *door_words().repairs.get(category.code, ()))
    page = f"pages/repairs/new?category={category.code}"
    return Candidate(DoorKind.REPAIR, category.id, category.code, category.path, page, words)


def _of_service(service: ServiceView) -> Candidate:
    page = f"pages/feedback/request?service={service.code}"
    words = (service.name, *service.words)
    return Candidate(DoorKind.SERVICE, service.id, service.code, service.name, page, words)


def _of_report(category: CategoryView) -> Candidate:
    page = f"pages/feedback/new?kind={category.kind}&category={category.id}"
    words = (*_hinted(category.name, category.hint), *category.words)
    return Candidate(DoorKind(category.kind), category.id, category.code, category.name, page, words)


def _of_faq(entry: FaqEntry) -> Candidate:
    page = f"pages/feedback/faq?id={entry.id}"
    return Candidate(DoorKind.FAQ, entry.id, "", entry.question, page, tuple(entry.words))


def _hinted(name: str, hint: str) -> list[str]:
    """The words of a name and a hint: `洒水、污渍、呕吐物等` are three."""
    parts = (part.removesuffix("等") for part in _HINT.split(f"{name}、{hint}"))
    return [part for part in parts if len(part) >= _SHORTEST]
