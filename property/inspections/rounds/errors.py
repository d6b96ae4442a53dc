"""Refusals of rounds."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class RoundNotFound(NotFound):
    """There is no such round, or it is not the actor's to know of."""

    code = "inspections.round_not_found"
    message = "没有找到该巡检单"


class RoundNotYours(Forbidden):
    """It is another group's, or was given to one worker."""

    code = "inspections.round_not_yours"
    message = "该巡检单由其他班组或人员负责"


class RoundEnded(Conflict):
    """It has been finished, has lapsed or was withdrawn."""

    code = "inspections.round_ended"
    message = "该巡检单{state_name}，不能再操作"


class OwnRepair(Forbidden):
    """Nobody re-checks what they repaired."""

    code = "inspections.own_repair"
    message = "不能复查本人维修的项目，请由班组其他人员复查"


class OutsideWindow(Conflict):
    """Nobody was there between these instants."""

    code = "inspections.outside_window"
    message = "不在规定的巡检时间内，未能签到"


class PlateNotOnRound(NotFound):
    """What was scanned hangs at no point of this round."""

    code = "inspections.plate_not_on_round"
    message = "扫描的二维码不是本次巡检的点位"


class PlateNeeded(Forbidden):
    """Presence at this point is proved by its plate alone."""

    code = "inspections.plate_needed"
    message = "该点位须扫描现场二维码签到"


class PositionNeeded(Invalid):
    """A security point asks where one is."""

    code = "inspections.position_needed"
    message = "该安防点位须提供定位后签到"


class TooFar(Forbidden):
    """Too far from the security point."""

    code = "inspections.too_far"
    message = "距该点位约 {distance_m} 米，超出允许的 {radius_m} 米，未能签到"


class RoundPointNotFound(NotFound):
    """The round has no such point."""

    code = "inspections.round_point_not_found"
    message = "本次巡检没有该点位"


class PointNotVisited(Conflict):
    """Nobody has been there yet."""

    code = "inspections.point_not_visited"
    message = "请先在该点位签到"


class AnswerInvalid(Invalid):
    """The answer does not fit the item."""

    code = "inspections.answer_invalid"
    message = "检查项「{item}」：{reason}"


class PhotoNeeded(Invalid):
    """The item, or its failure, is shown by a photo."""

    code = "inspections.photo_needed"
    message = "检查项「{item}」须附照片"


class TooManyPhotos(Invalid):
    """More photos than an answer takes."""

    code = "inspections.too_many_photos"
    message = "每个检查项最多附 {limit} 张照片"


class AnswerStands(Conflict):
    """It has raised an order; what is repaired is checked again."""

    code = "inspections.answer_stands"
    message = "检查项「{item}」已生成工单 {number}，不能再改；修好后会安排复查"


class PointsLeft(Conflict):
    """Not everything is done, and the window has not ended."""

    code = "inspections.points_left"
    message = "还有 {points} 个点位未到、{items} 项未检查，时限内不能提交"


class PeriodTooLong(Invalid):
    """Figures are made for at most so many days at a time."""

    code = "inspections.period_too_long"
    message = "统计时段应为 1 到 {days} 天"
