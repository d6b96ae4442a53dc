"""All places at one moment as a value: paths, what is in use, what lies below what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from backend.places.models import PlaceKind, SpotKind
from backend.places.policies import Ref, Where, natural

SEPARATOR: Final = " / "
_KINDS = {kind: place for place, kind in enumerate(PlaceKind)}


@dataclass(frozen=True, slots=True)
class Node:
    """One place. `parent` is None for a campus; `is_active` is its own, not that of what is above it."""

    ref: Ref
    parent: Ref | None
    name: str
    position: int
    is_active: bool
    spot_kind: SpotKind | None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place with where it lies. The ids of what it does not lie in are 0."""

    kind: PlaceKind
    id: int
    name: str
    position: int
    is_active: bool
    is_in_use: bool
    spot_kind: SpotKind | None
    parent_kind: PlaceKind | None
    parent_id: int | None
    campus_id: int
    building_id: int
    floor_id: int
    names: tuple[str, ...]

    @property
    def ref(self) -> Ref:
        """Which place it is."""
        return Ref(self.kind, self.id)

    @property
    def path(self) -> str:
        """`中心院区 / 1号楼 / 3层 / 301`."""
        return SEPARATOR.join(self.names)

    @property
    def where(self) -> Where:
        """What a scope is compared with."""
        return Where(self.campus_id, self.building_id)


def view_of(chain: list[Node]) -> PlaceView:
    """The view of the last of these places, each of which lies in the one before it."""
    node = chain[-1]
    ids = {each.ref.kind: each.ref.id for each in chain}
    return PlaceView(
        kind=node.ref.kind,
        id=node.ref.id,
        name=node.name,
        position=node.position,
        is_active=node.is_active,
        is_in_use=all(each.is_active for each in chain),
        spot_kind=node.spot_kind,
        parent_kind=node.parent.kind if node.parent else None,
        parent_id=node.parent.id if node.parent else None,
        campus_id=ids.get(PlaceKind.CAMPUS, 0),
        building_id=ids.get(PlaceKind.BUILDING, 0),
        floor_id=ids.get(PlaceKind.FLOOR, 0),
        names=tuple(each.name for each in chain),
    )


class PlaceTree:
    """All places, those out of use included."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.ref: node for node in nodes}
        self._children: dict[Ref | None, list[Node]] = defaultdict(list)
        for node in sorted(self._nodes.values(), key=_order):
            self._children[node.parent].append(node)

    def find(self, ref: Ref) -> PlaceView | None:
        """A place with where it lies, or None."""
        node = self._nodes.get(ref)
        return view_of(self._chain(node)) if node is not None else None

    def children(self, ref: Ref | None) -> list[Node]:
        """What lies directly below a place, or the campuses, in their order."""
        return self._children.get(ref, [])

    def walk(self) -> Iterator[PlaceView]:
        """Every place, each before what lies below it, in their order."""
        below: list[list[Node]] = [[node] for node in reversed(self.children(None))]
        while below:
            chain = below.pop()
            yield view_of(chain)
            below.extend([*chain, node] for node in reversed(self.children(chain[-1].ref)))

    def _chain(self, node: Node) -> list[Node]:
        chain = [node]
        while node.parent is not None:
            node = self._nodes[node.parent]
            chain.insert(0, node)
        return chain


def _order(node: Node) -> tuple[int, int, list[tuple[int, int, str]], int]:
    """Rooms before spots, then by position and by name."""
    return (_KINDS[node.ref.kind], node.position, natural(node.name), node.ref.id)
