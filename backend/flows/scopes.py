"""The scopes that a grant may name, with their names.

Places are the house's; canteens and units are the canteen's, contractors property's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.actor import ScopeKind
from backend.identity.roles import queries as role_queries
from backend.identity.roles.titles import SCOPE_KIND_NAMES
from canteen.evaluation.units import queries as unit_queries
from canteen.menu import queries as menu_queries
from property.contractors import queries as contractor_queries


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """A scope: `key` names it in a form, `title` says it in words, e.g. `中心院区 · 1号楼`."""

    kind: ScopeKind
    id: int
    title: str

    @property
    def key(self) -> str:
        """`campus:1`."""
        return f"{self.kind.value}:{self.id}"


def list_scopes() -> list[ScopeChoice]:
    """Every scope, the widest first; four statements. Units and contractors out of use come last."""
    places = role_queries.scope_places()
    campuses = {place.id: place.name for place in places if place.kind is ScopeKind.CAMPUS}
    choices = [ScopeChoice(ScopeKind.COMPOUND, 0, SCOPE_KIND_NAMES[ScopeKind.COMPOUND])]
    choices += [ScopeChoice(ScopeKind.CAMPUS, campus_id, name) for campus_id, name in campuses.items()]
    choices += [
        ScopeChoice(ScopeKind.CANTEEN, canteen.id, f"{campuses[canteen.campus_id]} · {canteen.name}")
        for canteen in menu_queries.places_with_rules()
    ]
    choices += [
        ScopeChoice(place.kind, place.id, f"{campuses[place.campus_id]} · {place.name}")
        for place in places
        if place.kind is ScopeKind.BUILDING
    ]
    units = sorted(unit_queries.units_by_code().values(), key=lambda unit: (not unit.is_active, unit.code))
    kind = SCOPE_KIND_NAMES[ScopeKind.UNIT]
    choices += [
        ScopeChoice(ScopeKind.UNIT, unit.id, f"{kind} · {unit.name}{'' if unit.is_active else '（已停用）'}")
        for unit in units
    ]
    kind = SCOPE_KIND_NAMES[ScopeKind.CONTRACTOR]
    choices += [
        ScopeChoice(
            ScopeKind.CONTRACTOR, each.id, f"{kind} · {each.name}{'' if each.is_active else '（已停用）'}"
        )
        for each in contractor_queries.all_contractors()
    ]
    return choices


def scope_names(choices: list[ScopeChoice]) -> Mapping[tuple[str, int], str]:
    """The title of each scope by kind and identifier, as a grant keeps them."""
    return {(choice.kind.value, choice.id): choice.title for choice in choices}
