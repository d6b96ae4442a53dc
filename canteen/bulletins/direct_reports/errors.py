"""Refusals of direct reports, given and received."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class ReportingNotConfigured(NotFound):
    """This deployment has no superior platform (HOUQIN_SUPERIOR_URL)."""

    code = "canteen.reporting_not_configured"
    message = "未设置数据统计直报的上级平台"


class NotReportable(Conflict):
    """Only the latest published version of a month is reported: a quarter is the sum of its months."""

    code = "canteen.bulletin_not_reportable"
    message = "只有已发布的最新版月度通报可以直报"


class PlatformUnavailable(Unavailable):
    """The superior platform did not answer, or not in a way that can be read."""

    code = "canteen.superior_unavailable"
    message = "上级平台暂时不可用，将自动重试"


class PlatformNotLinked(Forbidden):
    """The platform that reports is linked to no evaluated unit."""

    code = "canteen.platform_not_linked"
    message = "该平台没有关联被评估单位，不能直报"


class ForeignUnit(Forbidden):
    """A platform reports for its own unit alone."""

    code = "canteen.report_foreign_unit"
    message = "该平台不能为单位“{unit}”直报"


class ReportSums(Invalid):
    """The canteens do not add up to the whole; `fields` says in what."""

    code = "canteen.report_sums"
    message = "各食堂数据之和与合计不一致"


class ReportDiffers(Conflict):
    """The same version was reported before with other content."""

    code = "canteen.report_differs"
    message = "该期间第{version}版已经上报且内容不同，更正请使用新的版本号"


class ReportOutdated(Conflict):
    """A newer version was reported before."""

    code = "canteen.report_outdated"
    message = "该期间已经上报第{newest}版，不能再报第{version}版"
