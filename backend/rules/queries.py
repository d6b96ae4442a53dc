"""Reads of the rules: values for those who obey them, and what managers see.

Values come from a copy of all versions that each process keeps, so that a hot path asks the database nothing.
The copy is checked once a second, by counting (versions are only ever added), and at once after a change made
in this process. The versions are few: a canteen changes its rules some dozen times a year.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, TypeAlias, TypeVar
from weakref import WeakSet

from sqlalchemy import Row, func, select
from sqlalchemy.engine import Connection, Engine

from backend import clock, revisions
from backend.actor import Actor
from backend.config import settings
from backend.db import db, reader, table
from backend.rules import policies, registry
from backend.rules.errors import RuleNotFound
from backend.rules.kinds import Json, Kind
from backend.rules.models import RuleVersion
from backend.rules.policies import STATE_NAMES, Decision, Version, VersionState
from backend.rules.registry import Place, Rule

V = TypeVar("V")
_Key: TypeAlias = tuple[str, str, int, str]

# The topic under which caches above learn that some rule has changed.
TOPIC: Final = "rules"
# How long another process may go on with old versions.
LIFE_S: Final = 1.0

_VERSION = table(RuleVersion)
_COUNT = select(func.count()).select_from(_VERSION)
_ALL = select(
    *(_VERSION.c.rule_key, _VERSION.c.scope_kind, _VERSION.c.scope_id, _VERSION.c.variant),
    *(_VERSION.c[name] for name in Decision.__dataclass_fields__),
).order_by(_VERSION.c.id)


@dataclass(slots=True)
class _History:
    """The versions of one rule at one place, and those of them that were asked for, as typed values."""

    ordered: Sequence[Decision]
    typed: dict[int, Version[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Copy:
    """All versions as they were when the process last looked."""

    fresh_until: float
    revision: int
    count: int
    histories: Mapping[_Key, _History]


# A process may hold several applications, each on a database of its own: the tests do.
_copies: dict[str, _Copy] = {}
# The units that have added versions: they alone see them before the commit, and share them with nobody.
_writing: WeakSet[Connection] = WeakSet()


def value(rule: Rule[V], scope_id: int = 0, variant: str = "", at: datetime | None = None) -> V:
    """The rule's value at an instant, by default now: the last version's that has taken effect by then."""
    return version(rule, scope_id, variant, at).value


def version(rule: Rule[V], scope_id: int = 0, variant: str = "", at: datetime | None = None) -> Version[V]:
    """The value with its version, for records that keep what judged them; id 0 for the default."""
    history = _histories().get(_key(rule, scope_id, variant))
    found = policies.in_force(history.ordered, at or clock.now()) if history is not None else None
    if history is None or found is None:
        return Version(0, rule.default, None)
    return _typed(rule, history, found)


def versions(rule: Rule[V], scope_id: int = 0, variant: str = "") -> list[Version[V]]:
    """Every version that counts, planned ones included, by the instant from which it holds."""
    history = _histories().get(_key(rule, scope_id, variant))
    if history is None:
        return []
    return [_typed(rule, history, one) for one in history.ordered]


def _key(rule: Rule[Any], scope_id: int, variant: str) -> _Key:
    return rule.key, rule.scope.value, scope_id, variant


def _typed(rule: Rule[V], history: _History, found: Decision) -> Version[V]:
    typed = history.typed.get(found.id)
    if typed is None:
        typed = Version(found.id, rule.kind.load(found.value), found.effective_at)
        history.typed[found.id] = typed
    return typed


def _histories() -> Mapping[_Key, _History]:
    bind = db.session().get_bind()
    if isinstance(bind, Connection) and bind in _writing:
        return _read(bind)[0]
    url = settings().database_url
    now, revision = time.monotonic(), revisions.current(TOPIC)
    kept = _copies.get(url)
    if kept is not None and now < kept.fresh_until and kept.revision == revision:
        return kept.histories
    with _present(bind) as connection:
        if kept is not None and kept.revision == revision and _count(connection) == kept.count:
            histories, count = kept.histories, kept.count
        else:
            histories, count = _read(connection)
    if len(_copies) > 50:
        _copies.clear()
    _copies[url] = _Copy(now + LIFE_S, revision, count, histories)
    return histories


@contextmanager
def _present(bind: Engine | Connection) -> Iterator[Connection]:
    """A connection that sees what is committed now.

    On SQLite the session may have begun its read before the change that is looked for; it alone has
    connections to spare. On PostgreSQL every statement sees the present.
    """
    if isinstance(bind, Engine) and bind.dialect.name == "sqlite":
        with bind.connect() as connection:
            yield connection
    else:
        yield reader()


def _count(connection: Connection) -> int:
    return connection.execute(_COUNT).scalar_one()


def _read(connection: Connection) -> tuple[Mapping[_Key, _History], int]:
    """Every version, and how many there are."""
    found = _by_key(connection.execute(_ALL))
    count = sum(len(decisions) for decisions in found.values())
    return {key: _History(policies.standing(decisions)) for key, decisions in found.items()}, count


def _by_key(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[_Key, list[Decision]]:
    found: dict[_Key, list[Decision]] = {}
    for row in rows:
        found.setdefault(tuple(row[:4]), []).append(Decision(*row[4:]))
    return found


def tell_written(connection: Connection) -> None:
    """From now on the unit of this connection reads the versions itself."""
    _writing.add(connection)


# What managers see


@dataclass(frozen=True, slots=True)
class VersionView:
    """One decision as people read it. `ends_at` is when the next one takes or took over."""

    id: int
    value: Json
    text: str
    state: VersionState
    effective_at: datetime
    ends_at: datetime | None
    changed_at: datetime
    changed_by: int
    changed_by_name: str
    reason: str

    @property
    def state_name(self) -> str:
        """待生效, 生效中, 已失效 or 已撤换."""
        return STATE_NAMES[self.state]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the names that a value is made of."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """How a rule stands at one place. `versions` has the latest decision first, `planned` what is to come.

    `in_force` is None while the default holds. A change names `latest_version_id` (0 if there is none) as
    what its author had seen.
    """

    rule: Rule[Any]
    place: Place
    variant: str
    value: Json
    text: str
    is_editable: bool
    in_force: VersionView | None
    planned: Sequence[VersionView]
    versions: Sequence[VersionView]

    @property
    def latest_version_id(self) -> int:
        """The newest decision's."""
        return self.versions[0].id if self.versions else 0

    @property
    def variant_name(self) -> str:
        """What the variant is called; empty where there is only one."""
        return self.rule.variants.get(self.variant, self.variant)

    @property
    def default_text(self) -> str:
        """What holds without any decision."""
        return self.rule.kind.text(self.rule.default)

    @property
    def next_planned(self) -> VersionView | None:
        """What takes effect next."""
        return self.planned[0] if self.planned else None

    @property
    def options(self) -> list[Option]:
        """The names that a value is made of, for kinds that have such."""
        return [Option(*pair) for pair in self.rule.kind.options.items()]

    @property
    def kind(self) -> Kind[Any]:
        """What a form needs: its control, unit, bounds and options."""
        return self.rule.kind


def overview(actor: Actor, *, scope_id: int | None = None, key: str | None = None) -> list[RuleView]:
    """The rules that the actor may see, at each place and variant, in the order of the rulebook.

    `scope_id` 0 leaves those of the whole compound, another those of that canteen. One statement, and one
    for each kind of scope to name its places.
    """
    wanted = [
        (rule, place)
        for rule, place in _seen_by(actor)
        if (scope_id is None or place.id == scope_id) and (key is None or rule.key == key)
    ]
    decisions = _decisions({rule.key for rule, _ in wanted})
    now = clock.now()
    return [
        _view(actor, rule, place, variant, decisions.get(_key(rule, place.id, variant), []), now)
        for rule, place in wanted
        for variant in rule.variants
    ]


def history(actor: Actor, key: str, scope_id: int = 0, variant: str = "") -> list[VersionView]:
    """All decisions about a rule at one place, the latest first. Raises RuleNotFound."""
    return list(get_view(actor, key, scope_id, variant).versions)


def get_view(actor: Actor, key: str, scope_id: int = 0, variant: str = "") -> RuleView:
    """How a rule stands at one place, read afresh. Raises RuleNotFound for what the actor may not see."""
    rule, place = find(actor, key, scope_id, variant)
    decisions = _decisions({key}).get(_key(rule, scope_id, variant), [])
    return _view(actor, rule, place, variant, decisions, clock.now())


def find(actor: Actor, key: str, scope_id: int, variant: str) -> tuple[Rule[Any], Place]:
    """The rule and the place that it has a value for. Raises RuleNotFound for what the actor may not see."""
    rule = registry.find(key)
    place = next((each for each in registry.places(rule.scope) if each.id == scope_id), None)
    if place is None or variant not in rule.variants or not policies.may_see(actor, rule, place):
        raise RuleNotFound(key=key)
    return rule, place


def newest_id(rule: Rule[Any], scope_id: int, variant: str) -> int:
    """The newest decision's id, or 0."""
    found = db.session.scalar(
        select(func.max(RuleVersion.id)).where(
            RuleVersion.rule_key == rule.key,
            RuleVersion.scope_kind == rule.scope.value,
            RuleVersion.scope_id == scope_id,
            RuleVersion.variant == variant,
        )
    )
    return found or 0


def _seen_by(actor: Actor) -> Iterator[tuple[Rule[Any], Place]]:
    rules = registry.all_rules()
    places = {scope: registry.places(scope) for scope in {rule.scope for rule in rules}}
    for rule in rules:
        for place in places[rule.scope]:
            if policies.may_see(actor, rule, place):
                yield rule, place


def _decisions(keys: set[str]) -> dict[_Key, list[Decision]]:
    return _by_key(db.session.execute(_ALL.where(_VERSION.c.rule_key.in_(keys)))) if keys else {}


def _view(
    actor: Actor, rule: Rule[Any], place: Place, variant: str, decisions: Sequence[Decision], now: datetime
) -> RuleView:
    ordered = policies.standing(decisions)
    current = policies.in_force(ordered, now)
    ends = {one.id: after.effective_at for one, after in pairwise(ordered)}
    counting = {one.id for one in ordered}

    def view(one: Decision) -> VersionView:
        return VersionView(
            id=one.id,
            value=one.value,
            text=rule.kind.text(rule.kind.load(one.value)),
            state=_state(one, current, one.id in counting, now),
            effective_at=one.effective_at,
            ends_at=ends.get(one.id),
            changed_at=one.changed_at,
            changed_by=one.changed_by,
            changed_by_name=one.changed_by_name,
            reason=one.reason,
        )

    present = rule.default if current is None else rule.kind.load(current.value)
    return RuleView(
        rule=rule,
        place=place,
        variant=variant,
        value=rule.kind.dump(present),
        text=rule.kind.text(present),
        is_editable=policies.may_change(actor, rule, place),
        in_force=view(current) if current is not None else None,
        planned=[view(one) for one in ordered if one.effective_at > now],
        versions=[view(one) for one in sorted(decisions, key=lambda one: -one.id)],
    )


def _state(one: Decision, current: Decision | None, counts: bool, now: datetime) -> VersionState:
    if not counts:
        return VersionState.REPLACED
    if one.effective_at > now:
        return VersionState.PLANNED
    return VersionState.IN_FORCE if one is current else VersionState.PAST
