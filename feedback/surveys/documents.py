"""The results of a survey as a workbook."""

from collections.abc import Iterator
from typing import Any

from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from feedback.surveys.figures import LineFigures, QuestionFigures
from feedback.surveys.queries import Results
from feedback.surveys.titles import NOT_ENOUGH


def results_title(results: Results) -> str:
    """`食堂满意度调查结果`."""
    return f"{results.survey.title}结果"


def results_workbook(results: Results) -> bytes:
    """Three sheets: who took part, what was said (also by segment), and the comments."""
    return workbook_of(
        results_title(results),
        [
            Sheet("参评情况", _COVERAGE, _coverage(results)),
            Sheet("结果", _FIGURES, _figures(results)),
            Sheet("意见", _COMMENTS, _comments(results)),
        ],
    )


_COVERAGE = [
    Column("范围", width=24),
    Column("邀请人数", Kind.INT),
    Column("参评人数", Kind.INT),
    Column("未参评人数", Kind.INT),
    Column("参评率", Kind.PERCENT),
    Column("说明"),
]
_FIGURES = [
    Column("题号", Kind.INT),
    Column("题目", width=40),
    Column("题型"),
    Column("分组", width=24),
    Column("选项", width=30),
    Column("选择或评分人数", Kind.INT),
    Column("回答本题人数", Kind.INT),
    Column("占比或满意率", Kind.PERCENT),
    Column("平均分"),
    Column("说明"),
]
_COMMENTS = [Column("题号", Kind.INT), Column("题目", width=40), Column("内容", width=60)]


def _coverage(results: Results) -> Iterator[list[Any]]:
    survey = results.survey
    note = NOT_ENOUGH if results.is_withheld else None
    yield ["合计", survey.invited, survey.answered, results.unanswered, results.response_rate, note]
    for each in results.segments:
        unanswered = each.invited - each.answered if each.answered is not None else None
        note = NOT_ENOUGH if each.is_withheld else None
        yield [each.name, each.invited, each.answered, unanswered, each.response_rate, note]


def _figures(results: Results) -> Iterator[list[Any]]:
    for question in results.questions:
        yield from _lines(question, "全部", question.figures)
        for each in question.by_segment:
            yield from _lines(question, each.name, each.figures)


def _lines(question: QuestionFigures, group: str, figures: LineFigures) -> Iterator[list[Any]]:
    head = [question.position, question.text, question.kind_name, group]
    if figures.is_withheld:
        yield [*head, None, None, None, None, None, NOT_ENOUGH]
        return
    if not figures.options:
        yield [
            *head,
            None,
            figures.base,
            figures.base,
            figures.satisfied_rate,
            _average(figures.average),
            None,
        ]
    for option in figures.options:
        note = NOT_ENOUGH if option.count is None else None
        yield [
            *head,
            option.text,
            option.count,
            figures.base,
            option.rate,
            _average(option.average),
            note,
        ]


def _average(average: Any) -> str | None:
    return str(average) if average is not None else None


def _comments(results: Results) -> Iterator[list[Any]]:
    for question in results.questions:
        for text in question.comments:
            yield [question.position, question.text, text]
