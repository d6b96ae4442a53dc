"""Refusals of recipes."""

from backend.errors import Conflict, Invalid, NotFound


class RecipeNotFound(NotFound):
    """There is no such recipe, or it is beyond the actor's reach."""

    code = "canteen.recipe_not_found"
    message = "没有找到该配方"


class RecipeStateConflict(Conflict):
    """The transition table does not know this step."""

    code = "canteen.recipe_state"
    message = "该配方当前的状态（{state}）不允许此操作"


class DuplicateIngredient(Invalid):
    """The same ingredient stands twice in one recipe."""

    code = "canteen.duplicate_ingredient"
    message = "同一食材在配方中重复出现，请合并：{names}"


class UnknownIngredient(Invalid):
    """The body names an ingredient that there is not, or that is no longer in use."""

    code = "canteen.unknown_ingredient"
    message = "食材不存在或已停用"


class RecipeFactsUnknown(Conflict):
    """What is not known of an ingredient cannot be taken over into the dish."""

    code = "canteen.recipe_facts_unknown"
    message = "配方中有食材资料不全，不能同步到菜品：{facts}"


class RecipeImplausible(Conflict):
    """What follows from the recipe is more than any dish can have: its yield is wrong, or a line is."""

    code = "canteen.recipe_implausible"
    message = "按配方算出的{facts}超出合理范围，请检查成品重量和用量"
