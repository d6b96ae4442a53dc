"""Every word of identity has a name that people read."""

import pytest

from backend.actor import Permission, ScopeKind
from backend.identity import titles
from backend.identity.models import BindRequestState, SessionKind, SessionStage, StaffStatus
from backend.identity.providers import PROVIDERS
from backend.identity.roles.titles import PERMISSION_NAMES, SCOPE_KIND_NAMES

NAMES = [
    (Permission, PERMISSION_NAMES),
    (ScopeKind, SCOPE_KIND_NAMES),
    (StaffStatus, titles.STATUS_NAMES),
    (SessionKind, titles.SESSION_KIND_NAMES),
    (SessionStage, titles.SESSION_STAGE_NAMES),
    (BindRequestState, titles.BIND_STATE_NAMES),
    (PROVIDERS, titles.PROVIDER_NAMES),
]


@pytest.mark.parametrize(("words", "names"), NAMES)
def test_every_word_has_a_chinese_name_of_its_own(words, names):
    assert set(names) == set(words)
    assert len(set(names.values())) == len(names)
    assert all(any("\u4e00" <= character <= "\u9fff" for character in name) for name in names.values())
