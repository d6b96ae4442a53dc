"""Refusals of the attachments."""

from backend.errors import Gone, Invalid, NotFound, TooMany, Unavailable, UnsupportedMediaType


class AttachmentNotFound(NotFound):
    """There is no such attachment, the actor may not know of it, or the link was not made by us."""

    code = "attachments.not_found"
    message = "没有找到该附件"


class AttachmentLinkExpired(Gone):
    """The link was ours and its time is over, or the attachment is no longer given out."""

    code = "attachments.link_expired"
    message = "附件链接已过期，请刷新页面"


class UnsupportedDocument(UnsupportedMediaType):
    """By its content the file is none of the kinds that are taken, whatever its name says."""

    code = "attachments.unsupported_format"
    message = "不支持该文件格式，请上传 PDF、OFD、docx、xlsx 或 pptx 文件；旧版 doc、xls、ppt 请另存后上传"


class DocumentEncrypted(Invalid):
    """It cannot be looked through without a password."""

    code = "attachments.encrypted"
    message = "文件已加密或设置了密码，请解除后上传"


class DocumentActive(Invalid):
    """It holds macros, scripts, actions that start programs, or programs."""

    code = "attachments.active_content"
    message = "文件含有宏、脚本、嵌入程序或自动执行的内容，请去除后上传"


class DocumentBroken(Invalid):
    """It is truncated or damaged."""

    code = "attachments.broken"
    message = "文件已损坏或不完整，请重新选择"


class DocumentTooComplex(Invalid):
    """Looking through it ran into a limit of size, memory or time."""

    code = "attachments.too_complex"
    message = "文件过于复杂，无法检查，请拆分或另存为 PDF 后重试"


class AttachmentQuotaReached(TooMany):
    """The person has left too many attachments unused lately."""

    code = "attachments.quota_reached"
    message = "未使用的附件过多（24 小时内最多 {limit} 个），请稍后再上传"


class AttachmentsBusy(Unavailable):
    """Every inspector is at work, and none came free in time."""

    code = "attachments.busy"
    message = "正在检查的附件较多，请稍后重试"
