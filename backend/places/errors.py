"""Refusals of the places."""

from backend.errors import Conflict, Gone, Invalid, NotFound


class PlaceNotFound(NotFound):
    """There is no such place, or it is beyond the actor's reach."""

    code = "places.place_not_found"
    message = "没有找到该地点"


class ParentInvalid(Invalid):
    """No place of this kind lies below such a parent, or there is no such parent."""

    code = "places.parent_invalid"
    message = "上级地点不存在，或不能在其下设置此类地点"


class SpotKindInvalid(Invalid):
    """A spot says what it is, and nothing else does."""

    code = "places.spot_kind_invalid"
    message = "点位须说明类型，其他地点不填点位类型"


class PlaceExists(Conflict):
    """There is a place of this name below the same parent."""

    code = "places.place_exists"
    message = "同一上级之下已有名为「{name}」的地点"


class PlaceInactive(Conflict):
    """The place, or one above it, is out of use."""

    code = "places.place_inactive"
    message = "该地点或其上级已停用"


class SiblingsChanged(Conflict):
    """An order names other places than stand below the parent now."""

    code = "places.siblings_changed"
    message = "这里的地点刚刚有变动，请刷新后重新排序"


class NumbersInvalid(Invalid):
    """The list of rooms cannot be read, names none or too many."""

    code = "places.numbers_invalid"
    message = "房间列表有误：{reason}"


class PlateNotFound(NotFound):
    """No plate bears this token or code, or its place is beyond the actor's reach."""

    code = "places.plate_not_found"
    message = "没有找到该标牌，请确认二维码或编号是否正确"


class PlateRevoked(Gone):
    """The plate has been replaced or taken down, or its place is out of use."""

    code = "places.plate_revoked"
    message = "该标牌已停用，请使用新标牌或联系物业"


class PlateAlreadyRevoked(Conflict):
    """Somebody else has replaced or revoked this plate."""

    code = "places.plate_already_revoked"
    message = "该标牌已被停用或更换，请刷新后重试"
