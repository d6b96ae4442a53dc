"""The word list: what counts as the same word, what is found where, and how the list is kept."""

import pytest
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from feedback.moderation import policies
from feedback.moderation.errors import WordEmpty, WordListBroken
from feedback.moderation.models import CheckState, Severity, Word, WordListVersion
from feedback.moderation.policies import ListedWord

WORDS = "/feedback/moderation/words"


def listed(*words, severity=Severity.REVIEW):
    return [ListedWord(word, policies.normalise(word), severity) for word in words]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Ab C", "abc"),
        ("赌\u200b博", "赌博"),
        ("赌 \u3000\t\n博", "赌博"),
        ("赌\u00ad\u2060\ufeff博", "赌博"),
        ("赌\ufe0f\u3164博", "赌博"),
        ("ﬁne", "fine"),
        ("Straße", "strasse"),
        ("e\u0301", "é"),
        ("①②", "12"),
        ("", ""),
        (" \u200b", ""),
    ],
)
def test_texts_and_words_are_compared_in_one_form(text, normal):
    assert policies.normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("食堂的菜很好", ["赌博"], []),
        ("这里有人赌博", ["赌博"], [("赌博", 4, 6)]),
        ("这里有人赌 \u200b 博吗", ["赌博"], [("赌博", 4, 9)]),
        ("买ＶＸ加我", ["vx"], [("vx", 1, 3)]),
        ("代开发票", ["发票", "代开发票", "代开"], [("代开发票", 0, 4)]),
        ("赌博赌博机", ["赌博", "赌博机"], [("赌博", 0, 2), ("赌博机", 2, 5)]),
        ("ab abc", ["bc", "ab"], [("ab", 0, 2), ("ab", 3, 5)]),
        ("ﬁ", ["i"], [("i", 0, 1)]),
        ("", ["赌博"], []),
    ],
)
def test_the_longest_word_is_found_where_it_stands_in_the_text_as_it_was_written(text, words, found):
    hits = policies.find_words(text, listed(*words))
    assert [(hit.word, hit.start, hit.end) for hit in hits] == found


def test_even_the_worst_word_only_asks_for_a_person():
    review = policies.find_words("有人赌博", listed("赌博"))
    worst = policies.find_words("有人赌博诈骗赌博", listed("赌博", "诈骗", severity=Severity.REFUSE))
    assert policies.judge_words([]) == (CheckState.PASSED, "")
    assert policies.judge_words(review) == (CheckState.REVIEW, "赌博")
    assert policies.judge_words(worst) == (CheckState.RISKY, "赌博、诈骗")


def test_lines_are_words_with_their_severity_and_note():
    entries = policies.read_lines("# 词表\n\n赌博\t禁用\t治安\n广告，复核\n加 微信\nＡＤ,refuse\nad,review\n")
    assert [(each.word, each.normalised, each.severity, each.note) for each in entries] == [
        ("赌博", "赌博", Severity.REFUSE, "治安"),
        ("广告", "广告", Severity.REVIEW, ""),
        ("加 微信", "加微信", Severity.REVIEW, ""),
        ("ad", "ad", Severity.REVIEW, ""),
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [("好\n坏,最坏", 2), ("\u200b", 1), ("a,复核,b,c", 1), ("长" * 41, 1), ("词,禁用," + "注" * 101, 1)],
)
def test_a_line_that_cannot_be_read_names_itself(text, first):
    with pytest.raises(WordListBroken) as refusal:
        policies.read_lines(text)
    assert (refusal.value.data["first"], refusal.value.data["count"]) == (first, 1)


def test_a_word_of_nothing_is_no_word():
    with pytest.raises(WordEmpty):
        policies.entry_of(" \u200b ", Severity.REVIEW)


# Over HTTP


@pytest.fixture
def keeper(compound):
    return compound.client(compound.staff(roles={"feedback_desk": (ScopeKind.COMPOUND, 0)}))


def add(client, word, severity="review", note=""):
    return client.post(WORDS, {"word": word, "severity": severity, "note": note})


def words(client, **query):
    return [
        (each["word"], each["severity_name"], each["note"])
        for each in client.get(WORDS, **query).data["list"]
    ]


def test_words_are_added_changed_and_removed_and_the_list_keeps_what_was(keeper):
    first = add(keeper, "赌博", "refuse", "治安").data
    assert add(keeper, "发票").status == 201
    changed = keeper.put(f"{WORDS}/{first['id']}", {"word": "赌 博", "severity": "review"}).data
    assert words(keeper) == [("发票", "复核", ""), ("赌 博", "复核", "")]
    assert words(keeper, q="发") == [("发票", "复核", "")]
    assert words(keeper, severity="refuse") == []
    assert keeper.post(f"{WORDS}/{changed['id']}/remove").status == 200
    assert keeper.post(f"{WORDS}/{changed['id']}/remove").error == "feedback.word_not_found"
    db.session.rollback()
    kept = db.session.execute(
        select(Word.word, Word.from_version, Word.until_version).order_by(Word.id)
    ).all()
    assert kept == [("赌博", 1, 3), ("发票", 2, None), ("赌 博", 3, 4)]
    assert db.session.scalars(select(WordListVersion.version)).all() == [1, 2, 3, 4]
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "word_list"))
    assert sorted(actions) == [
        "feedback.word_added",
        "feedback.word_added",
        "feedback.word_changed",
        "feedback.word_removed",
    ]


def test_the_same_word_written_otherwise_is_on_the_list_already(keeper):
    add(keeper, "加VX")
    refused = add(keeper, "加 ｖｘ")
    other = add(keeper, "发票").data
    moved = keeper.put(f"{WORDS}/{other['id']}", {"word": "加\u200bvx", "severity": "review"})
    assert (refused.status, refused.error) == (409, "feedback.word_exists")
    assert moved.error == "feedback.word_exists"
    assert len(words(keeper)) == 2
    assert (
        keeper.put(f"{WORDS}/999999", {"word": "x", "severity": "review"}).error == "feedback.word_not_found"
    )
    assert add(keeper, "\u200b").error == "feedback.word_empty"


def test_what_was_exported_changes_nothing_when_it_is_imported_again(keeper):
    imported = keeper.post(f"{WORDS}/import", {"text": "赌博\t禁用\t治安\n广告\n发票,复核,财务"}).data
    assert imported == {"added": 3, "changed": 0, "removed": 0, "unchanged": 0, "version": 1}
    exported = keeper.get(f"{WORDS}/export")
    assert exported.headers["Content-Type"].startswith("text/plain")
    again = keeper.post(f"{WORDS}/import", {"text": exported.body.decode(), "removes_others": True}).data
    assert again == {"added": 0, "changed": 0, "removed": 0, "unchanged": 3, "version": 2}
    fewer = keeper.post(f"{WORDS}/import", {"text": "广告,禁用\n传销", "removes_others": True}).data
    assert fewer == {"added": 1, "changed": 1, "removed": 2, "unchanged": 0, "version": 3}
    assert words(keeper) == [("传销", "复核", ""), ("广告", "禁用", "")]


def test_one_bad_line_keeps_the_whole_import_out(keeper):
    refused = keeper.post(f"{WORDS}/import", {"text": "赌博\n广告,极坏"})
    assert (refused.status, refused.error) == (422, "feedback.word_list_broken")
    assert "第 2 行" in refused.envelope["msg"]
    assert words(keeper) == []


def test_the_list_is_kept_by_those_who_manage_feedback_for_the_whole_compound(compound):
    campus = compound.campus()
    nobody = compound.client(compound.staff())
    narrow = compound.client(compound.staff(roles={"feedback_desk": (ScopeKind.CAMPUS, campus.id)}))
    for client in (nobody, narrow):
        assert client.get(WORDS).status == 403
        assert add(client, "赌博").status == 403
        assert client.get(f"{WORDS}/export").status == 403
