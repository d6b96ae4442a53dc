"""Refusals of a payroll import."""

from backend.errors import Conflict, Invalid, NotFound


class PayrollRejected(Invalid):
    """At least one row is wrong; nothing was booked. `rows` are {row, column, msg}, the first ones."""

    code = "canteen.payroll_rejected"
    message = "表中有 {count} 处错误，未入账任何一笔，请更正后重新导入"


class BatchTaken(Conflict):
    """The batch number was booked with another file."""

    code = "canteen.payroll_batch_taken"
    message = "批次 {batch_no} 已导入过另一份文件，未入账任何一笔；如确为新的一批，请更换批次号"


class FileTaken(Conflict):
    """The file was booked under another batch number."""

    code = "canteen.payroll_file_taken"
    message = "这份文件已作为批次 {batch_no} 入账，不能重复入账"


class BatchNotFound(NotFound):
    """There is no such import."""

    code = "canteen.payroll_batch_not_found"
    message = "没有找到这个批次"
