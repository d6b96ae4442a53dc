"""Refusals of the roster."""

from typing import Any, ClassVar

from backend.errors import AppError, Conflict, Invalid, NotFound


class OfField(AppError):
    """A refusal of what one field says: a form shows it beside the field."""

    field: ClassVar[str]

    def __init__(self, **data: Any) -> None:
        super().__init__(fields={self.field: [self.message]}, **data)


class DepartmentNotFound(NotFound):
    """There is no such department."""

    code = "identity.department_not_found"
    message = "没有找到该部门"


class UnknownDepartment(Invalid):
    """What was sent names a department that does not exist."""

    code = "identity.unknown_department"
    message = "所选部门不存在"


class DepartmentNameInvalid(OfField, Invalid):
    """The name holds what separates the names of a path."""

    field = "name"
    code = "identity.department_name_invalid"
    message = "部门名称不能为空，也不能包含斜杠"


class DepartmentExists(OfField, Conflict):
    """Two departments below the same one would have the same name."""

    field = "name"
    code = "identity.department_exists"
    message = "同一上级部门下已有同名部门"


class DepartmentCycle(OfField, Conflict):
    """A department would be below itself."""

    field = "parent_id"
    code = "identity.department_cycle"
    message = "部门不能移到自身或其下级部门之下"


class DepartmentTooDeep(Invalid):
    """The tree would have more levels than it may."""

    code = "identity.department_too_deep"
    message = "部门层级不能超过 {max_depth} 级"


class PhoneInvalid(OfField, Invalid):
    """It is no mobile number of mainland China."""

    field = "phone"
    code = "identity.phone_invalid"
    message = "手机号应为 11 位大陆手机号码"


class IdNoInvalid(OfField, Invalid):
    """It is no ID number: length, date of birth or check character are wrong."""

    field = "id_no"
    code = "identity.id_no_invalid"
    message = "身份证号有误，请核对 18 位号码及校验位"


class StaffNoInvalid(OfField, Invalid):
    """It cannot be a staff number."""

    field = "staff_no"
    code = "identity.staff_no_invalid"
    message = "工号应为 1 到 20 位字母、数字、连字符或下划线"


class StaffNoTaken(OfField, Conflict):
    """Another member of staff has this number."""

    field = "staff_no"
    code = "identity.staff_no_taken"
    message = "该工号已存在"


class CardTaken(OfField, Conflict):
    """Another member of staff has this card."""

    field = "card_no"
    code = "identity.card_taken"
    message = "该饭卡号已登记在其他人员名下"


class PostingsInvalid(OfField, Invalid):
    """A member of staff has exactly one primary post, and at most one post in a department."""

    field = "postings"
    code = "identity.postings_invalid"
    message = "须有且仅有一个主要职务，且同一部门只能有一个职务"


class AlreadyLeft(Conflict):
    """The member of staff has left before."""

    code = "identity.already_left"
    message = "该人员已办理离职"


class NothingToUnmask(NotFound):
    """The member of staff has no such number on record."""

    code = "identity.nothing_to_unmask"
    message = "该人员未登记此项信息"
