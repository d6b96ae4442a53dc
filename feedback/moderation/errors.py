"""Refusals of moderation."""

from backend.errors import Conflict, Invalid, NotFound


class SubmissionNotFound(NotFound):
    """There is no such submission, or it lies outside of the actor's reach."""

    code = "feedback.moderation_not_found"
    message = "没有找到该送审内容"


class SubmissionChanged(Conflict):
    """Somebody or something changed how it stands since it was looked at."""

    code = "feedback.moderation_changed"
    message = "该内容的审核状态已变化，请刷新后再操作"


class ReasonNeeded(Invalid):
    """A refusal says why."""

    code = "feedback.moderation_reason_needed"
    message = "审核不通过请填写原因"


class WordNotFound(NotFound):
    """There is no such word in the present list."""

    code = "feedback.word_not_found"
    message = "没有找到该词条"


class WordExists(Conflict):
    """The list has this word, or one that is written alike."""

    code = "feedback.word_exists"
    message = "词表中已有「{word}」"


class WordEmpty(Invalid):
    """Nothing of the word is left once spaces and invisible characters are gone."""

    code = "feedback.word_empty"
    message = "词条不能只有空格或不可见字符"


class WordListBroken(Invalid):
    """Some lines of an import cannot be read: `lines` names them."""

    code = "feedback.word_list_broken"
    message = "词表有 {count} 行无法识别（第 {first} 行：{problem}），未导入任何词条"


class TooManyWords(Invalid):
    """The list would be longer than a text can be compared with in passing."""

    code = "feedback.too_many_words"
    message = "词表最多 {limit} 条"
