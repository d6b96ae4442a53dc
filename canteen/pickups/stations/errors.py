"""Refusals of a station's list and reports."""

from backend.errors import Conflict, Invalid


class PermitInvalid(Invalid):
    """The permit is none of ours, or another meal's."""

    code = "canteen.station_permit_invalid"
    message = "离线名单的凭证无效，请重新下载名单"


class NotFrozen(Conflict):
    """Orders may still change: a list taken along now would be wrong."""

    code = "canteen.station_not_frozen"
    message = "该餐次尚未截止订餐，截止后才能下载离线名单"
