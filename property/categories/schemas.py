"""Wire shapes of the categories."""

from backend.wire import Bool, Choice, Id, In, Int, Many, Out, Part, Str
from property.categories import policies
from property.categories.models import Proof, Urgency


class RepairBranchOut(Out):
    """A category in use with what stands below it. What has nothing below it may be chosen."""

    id = Id(attribute="category.id")
    code = Str(attribute="category.code")
    name = Str(attribute="category.name")
    hint = Str(attribute="category.hint")
    usual_urgency = Choice(Urgency, attribute="category.usual_urgency")
    proof_before = Choice(Proof, attribute="category.proof_before")
    proof_after = Choice(Proof, attribute="category.proof_after")
    children = Many(Part(lambda: RepairBranchOut()), maximum=policies.MOST_SIBLINGS)


class RepairCategoryOut(Out):
    """A category with where it stands. `is_in_use` says that it and all above it are active."""

    id = Id()
    parent_id = Id(allow_none=True)
    code = Str()
    name = Str()
    path = Str(metadata={"description": "`水暖 / 漏水`"})
    hint = Str()
    skill = Str(metadata={"description": "The trade that the work wants, empty for any"})
    usual_urgency = Choice(Urgency)
    proof_before = Choice(Proof)
    proof_after = Choice(Proof)
    warranty_days = Int()
    position = Int()
    is_active = Bool()
    is_in_use = Bool()
    is_leaf = Bool(metadata={"description": "Orders are filed under leaves"})


class ManagedRepairBranchOut(Out):
    """A category, in use or not, with what stands below it."""

    category = Part(RepairCategoryOut)
    children = Many(Part(lambda: ManagedRepairBranchOut()), maximum=policies.MOST_SIBLINGS)


class RepairCategoryIn(In):
    """All that is said of a category but its code."""

    parent_id = Id(allow_none=True, load_default=None)
    name = Str(required=True, min_length=1, max_length=policies.LONGEST_NAME)
    hint = Str(max_length=policies.LONGEST_HINT, load_default="")
    skill = Str(max_length=policies.LONGEST_SKILL, load_default="")
    usual_urgency = Choice(Urgency, load_default=Urgency.ORDINARY)
    proof_before = Choice(Proof, load_default=Proof.NONE)
    proof_after = Choice(Proof, load_default=Proof.NONE)
    warranty_days = Int(minimum=0, maximum=policies.MOST_WARRANTY_DAYS, load_default=0)
    is_active = Bool(load_default=True)


class NewRepairCategoryIn(RepairCategoryIn):
    """A new category; its code never changes."""

    code = Str(required=True, min_length=1, max_length=policies.LONGEST_CODE)


class RepairCategoriesOrderIn(In):
    """All categories below one parent, or at the top, in the order in which they shall stand."""

    parent_id = Id(allow_none=True, load_default=None)
    category_ids = Many(Id(), required=True, minimum=1, maximum=policies.MOST_SIBLINGS)


class RepairCategoriesLoadedOut(Out):
    """What loading the standard tree came to."""

    created = Int()
    kept = Int()
