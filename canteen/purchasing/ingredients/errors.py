"""Refusals of the ingredients."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class IngredientNotFound(NotFound):
    """There is no such ingredient."""

    code = "canteen.ingredient_not_found"
    message = "没有找到该食材"


class IngredientShared(Forbidden):
    """All canteens cook with the ingredients: who purchases for some of them may add one, and change none."""

    code = "canteen.ingredient_shared"
    message = "食材由各食堂共用，可以新增；修改只能由负责全部食堂采购的人员办理"


class IngredientTaken(Conflict):
    """Another ingredient has the code or the name."""

    code = "canteen.ingredient_taken"
    message = "食材编码或名称已用于另一种食材"


class UnknownIngredient(Invalid):
    """Something names ingredients that do not exist, or that are set aside."""

    code = "canteen.unknown_ingredient"
    message = "所选食材不存在或已停用"
