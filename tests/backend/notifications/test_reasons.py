"""What the outbox keeps as an error, in words."""

import pytest

from backend.notifications.delivery import reasons
from backend.notifications.models import SendState


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("", ""),
        ("unreachable", "收件人没有可用的账号或号码"),
        ("too_late", "已过有效期，不再发送"),
        ("wechat:43101", "微信订阅消息：收件人未订阅，或订阅次数已用完（错误码 43101）"),
        ("wechat:40003", "微信订阅消息：收件人的微信绑定已失效（错误码 40003）"),
        ("wechat:48001", "微信订阅消息：小程序没有发送订阅消息的权限（错误码 48001）"),
        ("wechat:40125", "微信订阅消息：接口配置有误，请检查应用编号、密钥和可信地址（错误码 40125）"),
        ("wechat:12345", "微信订阅消息：拒绝了该消息（错误码 12345）"),
        ("wechat:field:thing1", "模板参数 thing1 的内容不合格式"),
        ("wechat:unavailable", "微信订阅消息：服务没有应答"),
        ("wecom:81013", "企业微信：收件人不在应用的可见范围内（错误码 81013）"),
        ("wecom:60020", "企业微信：服务器地址不在可信范围内（错误码 60020）"),
        ("zwdd:too_frequent", "浙政钉：发送过于频繁"),
        ("zwdd:InvalidSignature", "浙政钉：拒绝了该消息（错误码 InvalidSignature）"),
        ("sms:E12", "短信：拒绝了该消息（错误码 E12）"),
        ("voice:unavailable", "语音电话：服务没有应答"),
        # What a later version may keep is shown as it is.
        ("something_new", "something_new"),
        ("pigeon:lost", "pigeon:lost"),
    ],
)
def test_an_error_is_told_in_words_with_the_providers_code_behind(error, words):
    assert reasons.in_words(error) == words


def test_every_state_has_a_name():
    assert set(reasons.STATE_NAMES) == set(SendState)
