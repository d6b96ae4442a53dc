"""How names stand on cards, and agendas on their sheets; tables, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.papers import policies
from meeting.papers.policies import LARGE, SMALL, AgendaItem, agenda_items, lettering, width_of


@pytest.mark.parametrize("card", [LARGE, SMALL])
@pytest.mark.parametrize("has_title", [False, True])
def test_names_of_two_to_four_characters_take_the_same_width(card, has_title):
    set_names = [
        lettering(name, card, has_title=has_title) for name in ("李明", "张晓红", "欧阳修远", "李 明")
    ]
    assert len({each.width for each in set_names}) == 1
    assert all(each.is_even and each.width <= card.across for each in set_names)
    assert set_names[0].lines == set_names[3].lines == ("李明",)
    two, three, four = set_names[:3]
    assert two.size == three.size > four.size
    # The characters of four do not touch: they leave something between them.
    assert 4 * four.size < four.width
    assert 3 * three.size < three.width


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("王", ("王",)),
        ("古丽巴哈尔", ("古丽巴哈尔",)),
        ("买买提·艾山", ("买买提·艾山",)),
        ("阿卜杜拉·买买提江·吐尔逊", ("阿卜杜拉·", "买买提江·吐尔逊")),
        ("John Smith", ("John Smith",)),
        ("Christopher Montgomery", ("Christopher", "Montgomery")),
        ("  Anna  Maria ", ("Anna Maria",)),
        ("𬭚㛃", ("𬭚㛃",)),
    ],
)
def test_other_names_are_set_as_they_are_written(name, lines):
    assert lettering(name, LARGE, has_title=False).lines == lines


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), min_size=1, max_size=50))
def test_no_name_is_wider_or_higher_than_its_card(name):
    for card in (LARGE, SMALL):
        made = lettering(name, card, has_title=True)
        if not made.is_even:
            assert all(width_of(line) * made.size <= card.across + 0.01 for line in made.lines)
        assert len(made.lines) * made.size * 1.22 + card.title_size * 1.4 + 2 < card.height
        assert policies.title_size(name, card) * width_of(name) <= card.across + 0.01


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("1. 领导致辞", AgendaItem("", "领导致辞")),
        ("二、情况通报", AgendaItem("", "情况通报")),
        ("09:00 签到", AgendaItem("09:00", "签到")),
        ("3、9：30-10：00 讨论", AgendaItem("9:30–10:00", "讨论")),
        ("14:00至15:30，参观", AgendaItem("14:00–15:30", "参观")),
        ("2026年工作要点", AgendaItem("", "2026年工作要点")),
        ("5个专题", AgendaItem("", "5个专题")),
    ],
)
def test_a_line_of_an_agenda_loses_its_number_and_keeps_its_time(line, item):
    assert agenda_items(f"\n  {line}  \n\n") == [item]


@pytest.mark.parametrize(
    ("count", "headcount", "blank"), [(0, 0, 20), (10, 8, 5), (10, 40, 35), (0, 12, 32), (5, 9_000, 200)]
)
def test_a_sign_in_sheet_has_lines_for_all_heads_and_some_to_spare(count, headcount, blank):
    assert policies.blank_lines(count, headcount) == blank


@pytest.mark.parametrize("subject", ["会", "处务会", "会" * 30, "会" * 100])
def test_a_subject_at_the_door_stands_on_three_lines(subject):
    size = policies.notice_size(subject, 250, 30)
    assert 6 <= size <= 30
    assert -(-len(subject) // int(250 / size)) <= 3
