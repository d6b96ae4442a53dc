"""Wire shapes of the handling offices."""

from backend.wire import Bool, Id, In, Many, Out, Part, Str

MOST_MEMBERS = 100


class OfficeMemberOut(Out):
    """Somebody of an office. `is_active` is false for who has left."""

    staff_id = Id()
    staff_no = Str()
    name = Str()
    is_lead = Bool()
    is_active = Bool()


class OfficeOut(Out):
    """A handling office with its members."""

    id = Id()
    name = Str()
    campus_id = Id(allow_none=True)
    department_id = Id(allow_none=True)
    contractor_id = Id(allow_none=True)
    is_active = Bool()
    members = Many(Part(OfficeMemberOut))


class OfficeMemberIn(In):
    """Who shall work there."""

    staff_no = Str(required=True, min_length=1, max_length=20)
    is_lead = Bool(load_default=False)


class NewOfficeIn(In):
    """A new office; without a campus it is there for all."""

    name = Str(required=True, min_length=1, max_length=40)
    campus_id = Id(allow_none=True, load_default=None)
    department_id = Id(allow_none=True, load_default=None)
    contractor_id = Id(allow_none=True, load_default=None)
    members = Many(Part(OfficeMemberIn), maximum=MOST_MEMBERS, load_default=list)


class OfficeIn(NewOfficeIn):
    """An office described anew, with all its members."""

    is_active = Bool(load_default=True)
