"""Use cases of the ingredients."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic
from backend.documents import reading
from canteen.purchasing.ingredients import operations, parsing, policies, queries
from canteen.purchasing.ingredients.parsing import IngredientRow
from canteen.purchasing.ingredients.policies import IngredientSpec
from canteen.purchasing.ingredients.queries import IngredientView


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    added: int
    changed: int
    unchanged: int


@atomic
def create(actor: Actor, *, spec: IngredientSpec) -> IngredientView:
    """Enter an ingredient. Raises IngredientTaken."""
    row = operations.add(spec, at=clock.now())
    audit.record(actor, "canteen.ingredient_created", "ingredient", row.id, name=row.name)
    return queries.view_of(row)


@atomic
def change(actor: Actor, *, ingredient_id: int, spec: IngredientSpec) -> IngredientView:
    """Say anew what an ingredient is. Raises IngredientShared, IngredientNotFound or IngredientTaken."""
    policies.ensure_keeps(actor)
    row = queries.lock_ingredient(ingredient_id)
    fields = operations.change(row, spec, at=clock.now())
    if fields:
        audit.record(actor, "canteen.ingredient_changed", "ingredient", row.id, fields=fields)
    return queries.view_of(row)


def import_sheet(actor: Actor, *, data: bytes) -> Imported:
    """Enter and change ingredients by a workbook, by code or else by name: all of it or nothing.

    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing, SheetEmpty or RowsRejected; IngredientShared if
    a row would change an ingredient and the actor may only add some.
    """
    return _import(actor, parsing.read(data))


@atomic
def _import(actor: Actor, rows: Sequence[IngredientRow]) -> Imported:
    by_code, by_name = queries.rows_by_code_and_name()
    codes = {name: row.code for name, row in by_name.items()}
    reading.refuse(parsing.faults_of(rows, codes, by_name))
    now = clock.now()
    added = changed = 0
    for row in rows:
        there = by_code.get(row.code) if row.code else by_name.get(row.columns["name"])
        if there is None:
            operations.add(row.spec(None), at=now)
            added += 1
        elif operations.change(there, row.spec(queries.spec_of(there)), at=now):
            changed += 1
    if changed:
        policies.ensure_keeps(actor)
    done = Imported(added, changed, len(rows) - added - changed)
    audit.record(actor, "canteen.ingredients_imported", "ingredient", 0, **asdict(done))
    return done
