"""Wire shapes of import and export."""

from backend.wire import Bool, Int, Out, Query


class ImportQuery(Query):
    """Whether departments that the tree lacks are made, or reported."""

    create_departments = Bool(load_default=True)


class ImportOut(Out):
    """How many rows were new, really different, and as before; and how many departments were made."""

    created = Int()
    updated = Int()
    unchanged = Int()
    departments_created = Int()
