"""Refusals of incidents."""

from backend.errors import Conflict, Invalid, NotFound


class IncidentNotFound(NotFound):
    """There is no such incident, or it is beyond the actor's reach."""

    code = "canteen.incident_not_found"
    message = "没有找到该食品安全事件"


class IncidentState(Conflict):
    """The incident cannot take this step now."""

    code = "canteen.incident_state"
    message = "该事件{state}，不能进行这一操作"


class IncidentChanged(Conflict):
    """Somebody has changed it since it was shown; `revision` is how it stands now."""

    code = "canteen.incident_changed"
    message = "该事件刚刚有变动，请刷新后重试"


class ScopeEmpty(Invalid):
    """An incident is about a batch, a dish or a meal."""

    code = "canteen.incident_scope_empty"
    message = "请至少选择一个批次、菜品或餐次"


class ScopeForeign(Invalid):
    """A batch, dish or meal is not of the incident's canteen."""

    code = "canteen.incident_scope_foreign"
    message = "所选的批次、菜品或餐次不属于该食堂"


class BatchInIncident(Conflict):
    """Another open incident is about the batch already."""

    code = "canteen.batch_in_incident"
    message = "批次 {batch} 已在未结案的事件 {number} 中，请在该事件中处理"


class NothingReached(Conflict):
    """There is nobody to be told."""

    code = "canteen.incident_nobody_reached"
    message = "没有查到取用过相关菜品的就餐人员，无需通知"


class IsDrill(Conflict):
    """A drill takes nothing off a menu."""

    code = "canteen.incident_drill"
    message = "演练不实际停售菜品"


class ToldInFuture(Invalid):
    """What was done was done until now, and not before it was noticed."""

    code = "canteen.incident_time"
    message = "时间不能晚于现在"


class BatchNotHeld(Invalid):
    """Only batches that this incident is about can be let go of by it."""

    code = "canteen.incident_batch_not_held"
    message = "所选批次不在该事件范围内"
