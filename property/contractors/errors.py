"""Refusals of the contractors."""

from backend.errors import Conflict, Invalid, NotFound


class ContractorNotFound(NotFound):
    """There is no such contractor, or it is not within the actor's reach."""

    code = "property.contractor_not_found"
    message = "没有找到该服务商"


class ContractNotFound(NotFound):
    """There is no such contract, or its contractor is not within the actor's reach."""

    code = "property.contract_not_found"
    message = "没有找到该合同"


class ContractorNameTaken(Conflict):
    """Another contractor bears the name."""

    code = "property.contractor_name_taken"
    message = "已有名为“{name}”的服务商"


class ContractNumberTaken(Conflict):
    """Another contract has the number."""

    code = "property.contract_number_taken"
    message = "合同编号 {number} 已被使用"


class ContractSpanInvalid(Invalid):
    """A contract ends on the day on which it begins, or later."""

    code = "property.contract_span"
    message = "合同终止日期不能早于起始日期"


class ScopeUnknown(Invalid):
    """A scope names a place or a category that there is not."""

    code = "property.contract_scope"
    message = "合同范围中的场所或报修类别不存在"


class BandsInvalid(Invalid):
    """The payment table contradicts itself."""

    code = "property.payment_bands"
    message = "付款比例表有误：{problem}"
