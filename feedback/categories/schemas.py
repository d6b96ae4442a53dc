"""Wire shapes of the categories of demands."""

from backend.wire import Bool, Choice, Code, Id, In, Int, Many, Out, Str
from feedback.categories import policies
from feedback.categories.models import Anonymity, DeadlineClass, Kind


class DemandCategoryOut(Out):
    """A category in use, as the phone offers it."""

    id = Id()
    kind = Choice(Kind)
    code = Str()
    name = Str()
    hint = Str()
    anonymity = Choice(Anonymity)
    deadline = Choice(DeadlineClass)
    needs_photo = Bool()
    needs_place = Bool()
    is_wall_allowed = Bool()


class ManagedDemandCategoryOut(DemandCategoryOut):
    """A category, in use or not, as its keepers see it."""

    words = Many(Str())
    radius_m = Int()
    repair_category_id = Id(allow_none=True)
    office_id = Id(allow_none=True)
    position = Int()
    is_active = Bool()


class DemandCategoryIn(In):
    """All that is said of a category but its kind and code."""

    name = Str(required=True, min_length=1, max_length=policies.LONGEST_NAME)
    hint = Str(max_length=policies.LONGEST_HINT, load_default="")
    words = Many(
        Str(min_length=1, max_length=policies.LONGEST_WORD), maximum=policies.MOST_WORDS, load_default=list
    )
    anonymity = Choice(Anonymity, load_default=Anonymity.ALLOWED)
    deadline = Choice(DeadlineClass, load_default=DeadlineClass.GENERAL)
    radius_m = Int(minimum=0, maximum=policies.WIDEST_RADIUS_M, load_default=50)
    needs_photo = Bool(load_default=False)
    needs_place = Bool(load_default=True)
    is_wall_allowed = Bool(load_default=True)
    repair_category_id = Id(allow_none=True, load_default=None)
    office_id = Id(allow_none=True, load_default=None)
    is_active = Bool(load_default=True)


class NewDemandCategoryIn(DemandCategoryIn):
    """A new category; its kind and code never change."""

    kind = Choice(Kind, required=True)
    code = Code(required=True, max_length=policies.LONGEST_CODE)


class DemandCategoriesOrderIn(In):
    """All categories of a kind, in the order in which they shall stand."""

    kind = Choice(Kind, required=True)
    category_ids = Many(Id(), required=True, minimum=1, maximum=policies.MOST_OF_A_KIND)


class DemandCategoriesLoadedOut(Out):
    """What loading the standard categories came to."""

    created = Int()
    kept = Int()
