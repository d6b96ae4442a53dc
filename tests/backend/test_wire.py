"""What the wire's fields say of what they refuse."""

import pytest
from marshmallow import ValidationError

from backend.wire import Fen, Int


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (Fen(minimum=1, maximum=100_000_000), 0, "应在 0.01 到 1000000.00 元之间"),
        (Fen(minimum=1, maximum=100_000_000), 100_000_001, "应在 0.01 到 1000000.00 元之间"),
        (Fen(minimum=0, maximum=1), "1.234", "应为金额，精确到分"),
        (Int(minimum=1, maximum=100_000), 0, "应在 1 到 100000 之间"),
    ],
)
def test_an_amount_beyond_its_bounds_is_spoken_of_in_yuan(field: Int, value: object, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field.deserialize(value)
    assert refused.value.messages == [text]


def test_an_amount_within_its_bounds_is_taken_in_fen() -> None:
    assert Fen(minimum=1, maximum=500).deserialize(500) == 500
