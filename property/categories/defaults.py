"""The tree of categories that the house begins with, from a file beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from property.categories.models import Proof, Urgency

_INHERITED = ("skill", "before", "after", "warranty_days")


@dataclass(frozen=True, slots=True)
class Standard:
    """A category of the file; `parent` is the code of the one above it, "" at the top."""

    code: str
    parent: str
    name: str
    hint: str
    skill: str
    usual_urgency: Urgency
    proof_before: Proof
    proof_after: Proof
    warranty_days: int
    position: int


def standards() -> list[Standard]:
    """The categories of the file, each after the one above it."""
    text = resources.files(__package__).joinpath("default_categories.toml").read_text(encoding="utf-8")
    found = []
    for position, above in enumerate(tomllib.loads(text)["category"], 1):
        found.append(_standard(above, "", position))
        inherited = {name: above[name] for name in _INHERITED if name in above}
        for place, below in enumerate(above["below"], 1):
            found.append(_standard({**inherited, **below}, above["code"], place))
    return found


def _standard(said: Mapping[str, Any], parent: str, position: int) -> Standard:
    return Standard(
        code=said["code"],
        parent=parent,
        name=said["name"],
        hint=said.get("hint", ""),
        skill=said.get("skill", ""),
        usual_urgency=Urgency(said.get("urgency", Urgency.ORDINARY)),
        proof_before=Proof(said.get("before", Proof.NONE)),
        proof_after=Proof(said.get("after", Proof.NONE)),
        warranty_days=said.get("warranty_days", 0),
        position=position,
    )
