"""Wire shapes that several parts of identity share."""

from backend.wire import Bool, Id, Int, Many, Out, Part, Str


class PostingOut(Out):
    """A post: `department` is the name, `path` the names from the top down."""

    department_id = Id()
    department = Str()
    path = Str(max_length=1000)
    title = Str()
    is_primary = Bool()


class PermissionOut(Out):
    """A permission and where it holds; `scope_id` is 0 for the whole compound."""

    permission = Str()
    scope_kind = Str()
    scope_id = Int(minimum=0)


class ProfileOut(Out):
    """Oneself; phone and card number are masked."""

    id = Id()
    staff_no = Str()
    name = Str()
    phone = Str(allow_none=True)
    card_no = Str(allow_none=True)
    postings = Many(Part(PostingOut))
    permissions = Many(Part(PermissionOut), maximum=10_000)
    must_change_password = Bool()
