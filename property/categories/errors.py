"""Refusals of the categories."""

from backend.errors import Conflict, Invalid, NotFound


class CategoryNotFound(NotFound):
    """There is no such category."""

    code = "property.category_not_found"
    message = "没有找到该报修类别"


class CategoryNotLeaf(Invalid):
    """Orders are filed under the last level only."""

    code = "property.category_not_leaf"
    message = "请选择「{category}」下的具体类别"


class CategoryInactive(Conflict):
    """The category, or one above it, is out of use."""

    code = "property.category_inactive"
    message = "报修类别「{category}」已停用，请选择其他类别"


class CategoryTaken(Conflict):
    """A sibling has the name, or any category has the code."""

    code = "property.category_taken"
    message = "同一上级之下已有此名称，或代码已被使用"


class CategoryParentInvalid(Invalid):
    """A category stands at the top, or below another one that is not below itself, and not too deep."""

    code = "property.category_parent_invalid"
    message = "上级类别不存在，或超出 {levels} 级，或是本类别及其下级"


class CategoriesChanged(Conflict):
    """An order names other categories than stand below the parent now."""

    code = "property.categories_changed"
    message = "这里的类别刚刚有变动，请刷新后重新排序"


class CategoryCodeInvalid(Invalid):
    """A code is made of lower case letters, digits, dots, hyphens and underscores."""

    code = "property.category_code_invalid"
    message = "代码应由小写字母、数字组成，可用点、横线、下划线分隔，如 plumbing.leak"
