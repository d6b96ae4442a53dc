"""Refusals of the categories of demands."""

from backend.errors import Conflict, NotFound


class DemandCategoryNotFound(NotFound):
    """There is no such category."""

    code = "feedback.category_not_found"
    message = "没有找到该诉求类别"


class DemandCategoryInactive(Conflict):
    """The category is out of use."""

    code = "feedback.category_inactive"
    message = "诉求类别「{category}」已停用，请选择其他类别"


class DemandCategoryTaken(Conflict):
    """Another category of the kind has the name, or any category has the code."""

    code = "feedback.category_taken"
    message = "同类诉求中已有此名称，或代码已被使用"


class DemandCategoriesChanged(Conflict):
    """An order names other categories than the kind has now."""

    code = "feedback.categories_changed"
    message = "这里的类别刚刚有变动，请刷新后重新排序"
