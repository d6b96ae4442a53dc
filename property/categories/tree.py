"""All categories at one moment as a value: paths, what is in use, what lies below what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from property.categories.errors import CategoriesChanged, CategoryParentInvalid
from property.categories.models import Proof, Urgency
from property.categories.policies import LEVELS

SEPARATOR: Final = " / "


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category with where it stands. `is_active` is its own; `is_in_use` says that all above it are, too.

    `is_leaf` says that nothing in use stands below it: orders may be filed under it.
    """

    id: int
    parent_id: int | None
    code: str
    name: str
    hint: str
    skill: str
    usual_urgency: Urgency
    proof_before: Proof
    proof_after: Proof
    warranty_days: int
    position: int
    is_active: bool
    is_in_use: bool
    is_leaf: bool
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """`水暖 / 漏水`."""
        return SEPARATOR.join(self.names)


@dataclass(frozen=True, slots=True)
class Branch:
    """A category with what stands below it."""

    category: CategoryView
    children: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Node:
    """A row of the table."""

    id: int
    parent_id: int | None
    code: str
    name: str
    hint: str
    skill: str
    usual_urgency: str
    proof_before: str
    proof_after: str
    warranty_days: int
    position: int
    is_active: bool


class CategoryTree:
    """All categories, those out of use included."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._children: dict[int | None, list[Node]] = defaultdict(list)
        for node in sorted(self._nodes.values(), key=lambda node: (node.position, node.id)):
            self._children[node.parent_id].append(node)

    def find(self, category_id: int) -> CategoryView | None:
        """A category with where it stands, or None."""
        node = self._nodes.get(category_id)
        return self._view(node) if node is not None else None

    def find_code(self, code: str) -> CategoryView | None:
        """The category of this code, or None."""
        node = next((node for node in self._nodes.values() if node.code == code), None)
        return self._view(node) if node is not None else None

    def lineage(self, category_id: int) -> list[int]:
        """The category and all above it, itself first; empty for an unknown one."""
        found = []
        node = self._nodes.get(category_id)
        while node is not None:
            found.append(node.id)
            node = self._nodes.get(node.parent_id or 0)
        return found

    def within(self, category_id: int) -> set[int]:
        """The category and all below it; empty for an unknown one."""
        if category_id not in self._nodes:
            return set()
        found, below = set(), [category_id]
        while below:
            at = below.pop()
            found.add(at)
            below.extend(child.id for child in self._children.get(at, []))
        return found

    def depth_below(self, category_id: int) -> int:
        """How many levels stand below a category."""
        children = self._children.get(category_id, [])
        return max((1 + self.depth_below(child.id) for child in children), default=0)

    def walk(self) -> Iterator[CategoryView]:
        """Every category, each before what stands below it, in their order."""
        yield from self._below(None)

    def siblings(self, parent_id: int | None) -> list[CategoryView]:
        """What stands directly below a category, or at the top, in their order."""
        return [self._view(node) for node in self._children.get(parent_id, [])]

    def branches(self, *, only_in_use: bool) -> list[Branch]:
        """The whole as a tree."""
        return self._branches(None, only_in_use=only_in_use)

    def ensure_parent(self, parent_id: int | None, category_id: int | None = None) -> None:
        """A category, new or with what stands below it, may stand below the parent: at most `LEVELS` levels.

        Raises CategoryParentInvalid.
        """
        if parent_id is None:
            return
        parent = self.find(parent_id)
        below = self.depth_below(category_id) if category_id is not None else 0
        is_inside = category_id is not None and parent_id in self.within(category_id)
        if parent is None or is_inside or len(parent.names) + 1 + below > LEVELS:
            raise CategoryParentInvalid(levels=LEVELS)

    def ensure_siblings(self, parent_id: int | None, category_ids: Sequence[int]) -> None:
        """An order names all that stand below the parent. Raises CategoriesChanged."""
        if sorted(category_ids) != sorted(category.id for category in self.siblings(parent_id)):
            raise CategoriesChanged

    def _branches(self, parent_id: int | None, *, only_in_use: bool) -> list[Branch]:
        return [
            Branch(self._view(node), self._branches(node.id, only_in_use=only_in_use))
            for node in self._children.get(parent_id, [])
            if node.is_active or not only_in_use
        ]

    def _below(self, parent_id: int | None) -> Iterator[CategoryView]:
        for node in self._children.get(parent_id, []):
            yield self._view(node)
            yield from self._below(node.id)

    def _view(self, node: Node) -> CategoryView:
        chain = [self._nodes[each] for each in reversed(self.lineage(node.id))]
        return CategoryView(
            id=node.id,
            parent_id=node.parent_id,
            code=node.code,
            name=node.name,
            hint=node.hint,
            skill=node.skill,
            usual_urgency=Urgency(node.usual_urgency),
            proof_before=Proof(node.proof_before),
            proof_after=Proof(node.proof_after),
            warranty_days=node.warranty_days,
            position=node.position,
            is_active=node.is_active,
            is_in_use=all(each.is_active for each in chain),
            is_leaf=not any(child.is_active for child in self._children.get(node.id, [])),
            names=tuple(each.name for each in chain),
        )
