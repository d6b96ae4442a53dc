"""Wire shapes of containers."""

from backend.wire import Bool, Choice, Id, In, Int, Out, PageQuery, Query, Str
from canteen.waste.containers.policies import LONGEST_CODE, LONGEST_NAME, MOST_TARE_G
from canteen.waste.models import ContainerKind, Edible, Stage


class ContainersQuery(PageQuery):
    """Which containers of a canteen."""

    canteen_id = Id(required=True)
    kind = Choice(ContainerKind)
    is_active = Bool()
    q = Str(max_length=50)


class ContainersOfQuery(Query):
    """All containers of a canteen."""

    canteen_id = Id(required=True)


class ContainerChangeIn(In):
    """A container as it is to be."""

    name = Str(max_length=LONGEST_NAME, load_default="")
    tare_g = Int(required=True, minimum=0, maximum=MOST_TARE_G)
    stage = Choice(Stage, allow_none=True, load_default=None)
    edible = Choice(Edible, load_default=Edible.MIXED)
    is_active = Bool(load_default=True)


class ContainerIn(ContainerChangeIn):
    """A new container."""

    canteen_id = Id(required=True)
    kind = Choice(ContainerKind, required=True)
    code = Str(required=True, min_length=1, max_length=LONGEST_CODE)


class ContainerOut(Out):
    """A container."""

    id = Int()
    canteen_id = Int()
    kind = Str()
    code = Str()
    name = Str()
    tare_g = Int()
    stage = Str(allow_none=True)
    edible = Str()
    is_active = Bool()


class ContainersImportedOut(Out):
    """What an import changed."""

    created = Int()
    updated = Int()
    unchanged = Int()
