"""What processes log, and what they do not."""

from backend.logs import without_details


def test_the_values_of_a_refused_row_stay_out_of_the_log():
    told = "IntegrityError: duplicate key\nDETAIL:  Key (card_no)=(C0001) already exists.\n[SQL: INSERT …]"
    event = without_details(None, "error", {"event": "unhandled error", "exception": told})
    assert "C0001" not in event["exception"]
    assert "duplicate key" in event["exception"]
    assert "[SQL: INSERT …]" in event["exception"]
    assert without_details(None, "info", {"event": "fine"}) == {"event": "fine"}
