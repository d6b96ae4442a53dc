"""Wire shapes of the roster."""

from typing import Any

from marshmallow import post_load

from backend.identity.models import StaffStatus
from backend.identity.roster.policies import MAX_POSTINGS, PersonalField, Post, Presence
from backend.identity.schemas import PostingOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str


class DepartmentIn(In):
    """A new department; without `parent_id` it stands at the top."""

    name = Str(required=True, min_length=1, max_length=80)
    parent_id = Id(load_default=None, allow_none=True)
    position = Int(minimum=0, maximum=10_000, load_default=0)


class DepartmentChangeIn(In):
    """A department as it shall be."""

    name = Str(required=True, min_length=1, max_length=80)
    parent_id = Id(required=True, allow_none=True)
    position = Int(minimum=0, maximum=10_000, load_default=0)


class DepartmentOut(Out):
    """A department with what is below it. `staff_count` counts the active primary posts in itself."""

    id = Id()
    parent_id = Id(allow_none=True)
    name = Str()
    position = Int()
    staff_count = Int()
    children = Many(Part(lambda: DepartmentOut()))


class PostIn(In):
    """A post to hold."""

    department_id = Id(required=True)
    title = Str(load_default="", max_length=50)
    is_primary = Bool(required=True)

    @post_load
    def to_post(self, data: dict[str, Any], **_: Any) -> Post:
        """What the service takes."""
        return Post(**data)


class StaffIn(In):
    """A new member of staff."""

    staff_no = Str(required=True, min_length=1, max_length=20)
    name = Str(required=True, min_length=1, max_length=50)
    phone = Str(load_default=None, allow_none=True, max_length=20)
    id_no = Str(load_default=None, allow_none=True, max_length=20)
    card_no = Str(load_default=None, allow_none=True, max_length=32)
    postings = Many(Part(PostIn), required=True, minimum=1, maximum=MAX_POSTINGS)


class StaffChangeIn(In):
    """What shall change; what is left out stays, null empties."""

    name = Str(min_length=1, max_length=50)
    phone = Str(allow_none=True, max_length=20)
    id_no = Str(allow_none=True, max_length=20)
    card_no = Str(allow_none=True, max_length=32)
    status = Choice(Presence)
    postings = Many(Part(PostIn), minimum=1, maximum=MAX_POSTINGS)


class StaffFilter(Query):
    """`query`: part of a name, the beginning of a staff number, or a whole phone number.

    `role`: the code of a role, or "any"; `is_bound`: whether an account at a login provider is bound.
    """

    query = Str(load_default="", max_length=50)
    department_id = Id()
    status = Choice(StaffStatus)
    role = Str(max_length=40)
    is_bound = Bool()


class StaffQuery(StaffFilter, PageQuery):
    """The filters, and the order: `staff_no`, `name`, `status` or `created`, with a hyphen backwards."""

    sort = Str(load_default="staff_no", max_length=12)


class StaffOut(Out):
    """A row of the roster; phone, ID and card number are masked."""

    id = Id()
    staff_no = Str()
    name = Str()
    status = Str()
    phone = Str(allow_none=True)
    id_no = Str(allow_none=True)
    card_no = Str(allow_none=True)
    left_on = Date(allow_none=True)
    postings = Many(Part(PostingOut))


class StaffDetailOut(StaffOut):
    """A row of the roster with how its holder may log in."""

    created_at = Instant()
    providers = Many(Str())
    has_password = Bool()
    is_locked = Bool()


class UnmaskIn(In):
    """Which number, and why."""

    field = Choice(PersonalField, required=True)
    reason = Str(required=True, min_length=2, max_length=200)


class UnmaskOut(Out):
    """One number in the clear."""

    field = Choice(PersonalField)
    value = Str()


class InitialPasswordOut(Out):
    """A password that is told once."""

    password = Str()
    must_change = Bool()
