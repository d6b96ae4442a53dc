"""Refusals of the reports."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


class ReportNotFound(NotFound):
    """There is no such report, or it is not the actor's to know of."""

    code = "feedback.report_not_found"
    message = "没有找到该诉求"


class ReportState(Conflict):
    """The transition table does not know this step from the report's state."""

    code = "feedback.report_state"
    message = "该诉求当前为「{state_name}」，不能进行此操作"


class ReportNotYours(Forbidden):
    """The actor may see the report, but this is for somebody else to do."""

    code = "feedback.report_not_yours"
    message = "您不能对该诉求进行此操作"


class OwnHandling(Forbidden):
    """Nobody rates, visits or decides what they handled or asked for."""

    code = "feedback.own_handling"
    message = "不能评价、回访或审批本人经办的诉求，请由其他人员办理"


class PlaceNeeded(Invalid):
    """The category demands a place, and none was given."""

    code = "feedback.place_needed"
    message = "请选择地点，或扫描现场标牌"


class PlaceUnknown(Invalid):
    """The place is not there, or out of use."""

    code = "feedback.place_unknown"
    message = "所选地点不存在或已停用，请重新选择"


class PhotoNeeded(Invalid):
    """The category demands a photo, and none was given."""

    code = "feedback.photo_needed"
    message = "该类诉求请至少附一张照片"


class TooManyPhotos(Invalid):
    """More photos than a report has."""

    code = "feedback.too_many_photos"
    message = "每件诉求最多 {most} 张照片"


class TextNeeded(Invalid):
    """A report says what it is about."""

    code = "feedback.text_needed"
    message = "请填写诉求内容"


class NotAnonymous(Invalid):
    """The category does not allow to stay unnamed, or the report has no reporter who could."""

    code = "feedback.not_anonymous"
    message = "该类诉求须实名提交"


class TooManyOpen(TooMany):
    """The person has too many reports that are not answered yet."""

    code = "feedback.too_many_open"
    message = "您还有 {open} 件未办结的诉求，请待答复后再提交（最多 {limit} 件）"


class TooManyToday(TooMany):
    """The person has submitted as many reports as one may in a day."""

    code = "feedback.too_many_today"
    message = "您今天已提交 {count} 件诉求，请明天再提交（每天最多 {limit} 件）"


class FollowsInvalid(Invalid):
    """A later report is about an ended one of one's own."""

    code = "feedback.follows_invalid"
    message = "只能对本人已结束的诉求再次反映"


class OnBehalfNotAllowed(Forbidden):
    """Only the desk writes down a report for somebody else."""

    code = "feedback.on_behalf_not_allowed"
    message = "只有诉求专席可以代他人登记"


class ReporterUnknown(Invalid):
    """No active member of staff bears this number."""

    code = "feedback.reporter_unknown"
    message = "没有找到该工号的在职职工"


class OwnReport(Conflict):
    """One does not follow one's own report."""

    code = "feedback.own_report"
    message = "这是您本人提交的诉求，无须再点“我也遇到”"


class AlreadyFollowed(Conflict):
    """The person follows it already."""

    code = "feedback.already_followed"
    message = "您已经点过“我也遇到”"


class NotFollowed(Conflict):
    """The person does not follow it."""

    code = "feedback.not_followed"
    message = "您没有点过“我也遇到”"


class RemindedLately(Conflict):
    """The report was urged a short while ago."""

    code = "feedback.reminded_lately"
    message = "刚刚催办过，请在 {minutes} 分钟后再试"


class NotExported(Invalid):
    """Only the desk's list and an office's own are exported."""

    code = "feedback.not_exported"
    message = "只能导出诉求专席或本单位承办的清单"


class ScopeForbidden(Forbidden):
    """The list is for those who work on reports."""

    code = "feedback.scope_forbidden"
    message = "您没有查看该列表的权限"


class ExportTooLarge(Invalid):
    """More rows than one workbook holds."""

    code = "feedback.export_too_large"
    message = "所选范围共有 {count} 件，超过一次导出上限 {limit} 件，请缩小范围"


class PositionNeeded(Invalid):
    """Nearby needs a place or a position."""

    code = "feedback.position_needed"
    message = "请提供地点或当前位置"


class OfficeSame(Conflict):
    """The office has the report already."""

    code = "feedback.office_same"
    message = "该诉求已在「{office}」办理"


class OfficeElsewhere(Invalid):
    """The office works for another campus."""

    code = "feedback.office_elsewhere"
    message = "「{office}」不承办该院区的诉求"


class MasterInvalid(Invalid):
    """A duplicate follows another report that stands and is within reach."""

    code = "feedback.master_invalid"
    message = "主诉求不存在，或其本身已结束、被隐藏或即为该诉求"


class OutcomeTextNeeded(Invalid):
    """What is not fully resolved says what is missing."""

    code = "feedback.outcome_text_needed"
    message = "请说明还有哪些问题没有解决"


class NotPublishable(Conflict):
    """The wall is for handled cases that are clean, whose category and whose reporter allow it."""

    code = "feedback.not_publishable"
    message = "该诉求暂不能上墙公示：{why}"


class AlreadyPublished(Conflict):
    """The case is on the wall already."""

    code = "feedback.already_published"
    message = "该诉求已在公示墙上"


class NotPublished(Conflict):
    """The case is not on the wall."""

    code = "feedback.not_published"
    message = "该诉求不在公示墙上"


class RatingClosed(Conflict):
    """The report cannot be rated: it is not replied to, or the time for it is over."""

    code = "feedback.rating_closed"
    message = "该诉求当前不能评价"


class ReopenTooLate(Conflict):
    """After the window a later complaint is a report of its own."""

    code = "feedback.reopen_too_late"
    message = "已超过答复后 {days} 天的重新办理期限，请重新提交诉求"


class SupervisionUnchanged(Conflict):
    """There is no supervision to end, or one already."""

    code = "feedback.supervision_unchanged"
    message = "该诉求的督办状态没有变化"
