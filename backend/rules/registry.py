"""What a rule is, and which there are. The roof registers those of all slices (`backend.rulebook`)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from backend.actor import Permission, ScopeKind
from backend.rules.errors import RuleNotFound
from backend.rules.kinds import Kind

V = TypeVar("V")

# Where a rule may have values of its own: what grants speak of, too.
RuleScope = ScopeKind

_READS: Final = {
    RuleScope.COMPOUND: Permission.RULES_MANAGE,
    RuleScope.CANTEEN: Permission.CANTEEN_READ,
}
_CHANGES: Final = {
    RuleScope.COMPOUND: Permission.RULES_MANAGE,
    RuleScope.CANTEEN: Permission.CANTEEN_MANAGE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Rule(Generic[V]):
    """A business rule that a manager may change.

    `default` holds until the first version. `group` is the heading under which people find it. `variants`
    names what else a value depends on. `topics` are those of the cached answers that show the value.
    `reads` and `changes` are permissions, by default those of the scope.
    """

    key: str
    title: str
    kind: Kind[V]
    default: V
    scope: RuleScope = RuleScope.COMPOUND
    group: str = "其他"
    description: str = ""
    variants: Mapping[str, str] = field(default_factory=lambda: {"": ""})
    topics: tuple[str, ...] = ()
    reads: Permission | None = None
    changes: Permission | None = None

    @property
    def read_permission(self) -> Permission:
        """Who may see it, where they hold this."""
        return self.reads or _READS[self.scope]

    @property
    def change_permission(self) -> Permission:
        """Who may change it, where they hold this."""
        return self.changes or _CHANGES[self.scope]


@dataclass(frozen=True, slots=True)
class Place:
    """Something that a rule has a value for: a canteen, with the campus that it stands on."""

    id: int
    name: str
    campus_id: int


WHOLE_COMPOUND: Final = Place(0, "全院", 0)

_rules: dict[str, Rule[Any]] = {}
_places: dict[RuleScope, Callable[[], Sequence[Place]]] = {RuleScope.COMPOUND: lambda: [WHOLE_COMPOUND]}


def add(
    rules: Iterable[Rule[Any]], places: Mapping[RuleScope, Callable[[], Sequence[Place]]] | None = None
) -> None:
    """Make rules known, and what names the places of their scopes; again is harmless.

    Raises ValueError for two rules of one key, and for a scope that nothing names the places of.
    """
    _places.update(places or {})
    for rule in rules:
        if _rules.setdefault(rule.key, rule) is not rule:
            raise ValueError(f"two rules have the key {rule.key}")
        if rule.scope not in _places:
            raise ValueError(f"{rule.key}: nothing names the places of its scope")


def all_rules() -> list[Rule[Any]]:
    """Every rule, in the order of registration."""
    return list(_rules.values())


def find(key: str) -> Rule[Any]:
    """The rule of this key. Raises RuleNotFound."""
    try:
        return _rules[key]
    except KeyError as unknown:
        raise RuleNotFound(key=key) from unknown


def places(scope: RuleScope) -> Sequence[Place]:
    """The places that the rules of a scope have values for."""
    return _places[scope]()
