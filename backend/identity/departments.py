"""The tree of departments as a value: paths, descendants, cycles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

SEPARATOR: Final = "/"
# What a Chinese keyboard gives.
WIDE_SEPARATOR: Final = "／"
MAX_DEPTH: Final = 8
MAX_WALK: Final = 2 * MAX_DEPTH


@dataclass(frozen=True, slots=True)
class Node:
    """One department. `parent_id` is None at the top."""

    id: int
    parent_id: int | None
    name: str
    position: int = 0


class DepartmentTree:
    """All departments at one moment."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._children: dict[int | None, list[Node]] = defaultdict(list)
        for node in sorted(self._nodes.values(), key=lambda node: (node.position, node.id)):
            self._children[node.parent_id].append(node)
        self._by_path = {self.path(node.id): node.id for node in self._nodes.values()}

    def __contains__(self, department_id: object) -> bool:
        return department_id in self._nodes

    def node(self, department_id: int) -> Node:
        """A department that exists."""
        return self._nodes[department_id]

    def path(self, department_id: int) -> str:
        """The names from the top down, e.g. `办公厅/综合处`."""
        return SEPARATOR.join(reversed([node.name for node in self._upwards(department_id)]))

    def find(self, path: str) -> int | None:
        """The department at a path, or None."""
        return self._by_path.get(path)

    def children(self, department_id: int | None) -> list[Node]:
        """The departments directly below one, or at the top, in their order."""
        return self._children.get(department_id, [])

    def with_descendants(self, department_id: int) -> list[int]:
        """The department and everything below it."""
        found = [department_id]
        for parent_id in found:
            found.extend(child.id for child in self.children(parent_id) if child.id not in found)
        return found

    def with_ancestors(self, department_id: int) -> list[int]:
        """The department and all above it, itself first; nothing for one that does not exist."""
        return [node.id for node in self._upwards(department_id)]

    def depth(self, department_id: int | None) -> int:
        """How many levels down it is: 1 at the top, 0 for None."""
        return 0 if department_id is None else sum(1 for _ in self._upwards(department_id))

    def height(self, department_id: int) -> int:
        """How many levels the department and what is below it take."""
        return 1 + max((self.height(child.id) for child in self.children(department_id)), default=0)

    def _upwards(self, department_id: int) -> Iterator[Node]:
        node: Node | None = self._nodes.get(department_id)
        # A cycle cannot be made here; one made by hand in the database must not hang every reader.
        for _ in range(MAX_WALK):
            if node is None:
                return
            yield node
            node = self._nodes.get(node.parent_id) if node.parent_id is not None else None
