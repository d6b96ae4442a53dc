"""Refusals of roles and grants."""

from backend.errors import Conflict, Invalid, NotFound


class UnknownRole(Invalid):
    """No role has this code."""

    code = "identity.unknown_role"
    message = "没有该角色"


class ScopeInvalid(Invalid):
    """The scope names no place, or the whole compound is named with one."""

    code = "identity.scope_invalid"
    message = "授权范围有误：全院范围不带编号，其他范围须指定存在的院区、食堂或楼宇"


class GrantExists(Conflict):
    """The member of staff has this role within this scope already."""

    code = "identity.grant_exists"
    message = "该人员已在此范围内拥有该角色"


class GrantNotFound(NotFound):
    """The member of staff has no such grant."""

    code = "identity.grant_not_found"
    message = "没有找到该授权"
