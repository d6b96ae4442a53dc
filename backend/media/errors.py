"""Refusals of the photos."""

from backend.errors import Gone, Invalid, NotFound, TooMany, Unavailable, UnsupportedMediaType


class PhotoNotFound(NotFound):
    """There is no such photo, the actor may not know of it, or the link was not made by us."""

    code = "media.photo_not_found"
    message = "没有找到该图片"


class LinkExpired(Gone):
    """The link was ours and its time is over."""

    code = "media.link_expired"
    message = "图片链接已过期，请刷新页面"


class UnsupportedFormat(UnsupportedMediaType):
    """By its content the file is none of the formats that are taken, whatever its name says."""

    code = "media.unsupported_format"
    message = "不支持该图片格式，请上传 JPEG、PNG、WebP 或 HEIC 图片"


class TooManyPixels(Invalid):
    """The header announces, or the picture has, more pixels than are decoded."""

    code = "media.too_many_pixels"
    message = "图片尺寸过大，最多 {max_megapixels} 百万像素"


class PhotoBroken(Invalid):
    """The file is truncated or damaged."""

    code = "media.photo_broken"
    message = "图片已损坏或不完整，请重新选择"


class PhotoTooComplex(Invalid):
    """Decoding ran into its limit of memory or time."""

    code = "media.photo_too_complex"
    message = "图片过于复杂，无法处理，请截图或另存后重试"


class BoxOutside(Invalid):
    """A black box has no area, or does not lie within the picture."""

    code = "media.box_outside"
    message = "遮挡框超出图片范围（图片为 {width}×{height} 像素）"


class TooManyBoxes(Invalid):
    """Nobody draws so many boxes by hand."""

    code = "media.too_many_boxes"
    message = "每张图片最多 {limit} 个遮挡框"


class QuotaReached(TooMany):
    """The person has left too many photos unused lately."""

    code = "media.quota_reached"
    message = "未使用的图片过多（24 小时内最多 {limit} 张），请稍后再上传"


class MediaBusy(Unavailable):
    """Every decoder is at work, and none came free in time."""

    code = "media.busy"
    message = "正在处理的图片较多，请稍后重试"


class StoreUnavailable(Unavailable):
    """The object store did not take or give the photo."""

    code = "media.store_unavailable"
    message = "图片存储暂时不可用，请稍后重试"
