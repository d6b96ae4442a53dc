"""Refusals of materials, stores and costs."""

from backend.errors import Conflict, Invalid, NotFound


class MaterialNotFound(NotFound):
    """There is no such material."""

    code = "property.material_not_found"
    message = "没有找到该材料"


class MaterialCodeTaken(Conflict):
    """Another material bears this code."""

    code = "property.material_code_taken"
    message = "材料编码「{material}」已存在"


class MaterialOutOfUse(Conflict):
    """A material that is no longer used is neither bought nor issued."""

    code = "property.material_out_of_use"
    message = "材料「{material}」已停用"


class StoreNotFound(NotFound):
    """There is no such store, or it is not the actor's to know of."""

    code = "property.store_not_found"
    message = "没有找到该仓库"


class StoreNameTaken(Conflict):
    """Another store bears this name."""

    code = "property.store_name_taken"
    message = "仓库「{store}」已存在"


class StoreOutOfUse(Conflict):
    """Nothing is delivered to, nor issued from, a store that is out of use."""

    code = "property.store_out_of_use"
    message = "仓库「{store}」已停用"


class StockShort(Conflict):
    """The store has less than is wanted."""

    code = "property.stock_short"
    message = "「{material}」库存不足：需要 {wanted}，现有 {left} {unit}"


class LinesRepeated(Invalid):
    """One document names a material once."""

    code = "property.material_repeated"
    message = "同一份单据中材料不能重复"


class CostLineNotFound(NotFound):
    """The order has no such line, or no longer."""

    code = "property.cost_line_not_found"
    message = "没有找到该费用明细"


class EstimateNotFound(NotFound):
    """The order has no such estimate."""

    code = "property.estimate_not_found"
    message = "没有找到该报价"


class EstimateWaits(Conflict):
    """An estimate of the order waits for its approval."""

    code = "property.estimate_waits"
    message = "该工单已有一份报价待审批"


class EstimateDecided(Conflict):
    """Somebody has decided it."""

    code = "property.estimate_decided"
    message = "该报价已经处理"


class DecisionNeeded(Invalid):
    """A refusal says why."""

    code = "property.decision_needed"
    message = "不同意时请说明原因"
