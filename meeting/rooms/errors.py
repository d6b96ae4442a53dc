"""Refusals of the meeting rooms."""

from backend.errors import Conflict, Invalid, NotFound


class RoomNotFound(NotFound):
    """There is no such meeting room, or the actor may not see it."""

    code = "meeting.room_not_found"
    message = "没有找到该会议室"


class RoomExists(Conflict):
    """Another meeting room bears this name, or stands at this place."""

    code = "meeting.room_exists"
    message = "已有同名的会议室，或该房间已设为会议室"


class PlaceInvalid(Invalid):
    """A meeting room stands at a room of the places that is in use."""

    code = "meeting.place_invalid"
    message = "请选择一个在用的房间作为会议室的地点"


class RoomChanged(Conflict):
    """Somebody else has changed the room since it was read."""

    code = "meeting.room_changed"
    message = "会议室信息刚刚被他人修改，请刷新后重新编辑"


class PartsInvalid(Invalid):
    """A hall's parts are two or more plain rooms of its campus, and a part is no hall."""

    code = "meeting.parts_invalid"
    message = "可拆分会场的组成无效：{reason}"


class PartsInUse(Conflict):
    """Bookings to come hold the hall or one of the rooms whose belonging would change."""

    code = "meeting.parts_in_use"
    message = "该会场或其组成会议室有未结束的预订，暂不能调整组成"


class LayoutsInvalid(Invalid):
    """A layout is given twice, or seats more than the room holds."""

    code = "meeting.layouts_invalid"
    message = "布置形式有误：{reason}"


class HoursInvalid(Invalid):
    """Two stretches of a weekday overlap, or one ends before it begins."""

    code = "meeting.hours_invalid"
    message = "开放时间有误：{reason}"


class MinutesInvalid(Invalid):
    """The shortest meeting is longer than the longest."""

    code = "meeting.minutes_invalid"
    message = "最短时长不能大于最长时长"


class LevelNeeded(Invalid):
    """Approval by level names the level."""

    code = "meeting.level_needed"
    message = "按参会级别审批时须指定级别"


class EquipmentNotFound(NotFound):
    """There is no such equipment, or it is out of use."""

    code = "meeting.equipment_not_found"
    message = "没有找到该设备，或已停用"


class EquipmentExists(Conflict):
    """Equipment of this code or name exists."""

    code = "meeting.equipment_exists"
    message = "已有同名或同编码的设备"


class SubjectNotFound(NotFound):
    """A manager or the subject of a right does not exist, or has left."""

    code = "meeting.subject_not_found"
    message = "所选人员或部门不存在，或人员已离开"


class ClosureNotFound(NotFound):
    """There is no such closure of the room."""

    code = "meeting.closure_not_found"
    message = "没有找到该停用或预留时段"


class ClosureLifted(Conflict):
    """The closure has been lifted or has passed."""

    code = "meeting.closure_lifted"
    message = "该时段已解除或已结束"


class ClosureInvalid(Invalid):
    """A closure ends after it begins and after now; only a block has exceptions."""

    code = "meeting.closure_invalid"
    message = "停用或预留时段有误：{reason}"


class RoomBooked(Conflict):
    """Meetings are booked in the time that is to be closed. `meetings` lists them."""

    code = "meeting.room_booked"
    message = "该时段内已有 {count} 场会议预订，确认后可取消这些预订并通知组织人"


class QuotaNotFound(NotFound):
    """There is no such limit."""

    code = "meeting.quota_not_found"
    message = "没有找到该预订限额"


class QuotaInvalid(Invalid):
    """What overlaps is counted, not measured in minutes."""

    code = "meeting.quota_invalid"
    message = "同时占用限额只能按场次计算"


class TooManyPhotos(Conflict):
    """A room shows a few photos."""

    code = "meeting.too_many_photos"
    message = "每间会议室最多展示 {limit} 张照片"


class PeriodInvalid(Invalid):
    """The span that is looked at is reversed, empty or too long."""

    code = "meeting.period_invalid"
    message = "时间范围有误：{reason}"


class RoomInUse(Conflict):
    """A room is not switched off while bookings to come stand."""

    code = "meeting.room_in_use"
    message = "该会议室尚有未结束的预订，暂不能停止使用；如需临时关闭，请设置停用时段"
