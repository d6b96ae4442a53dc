"""The dispatch sheet and the completion form: what stands on them, and who gets them."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from backend.config import settings
from property.work_orders.costs.forms import qr_address
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.printed import images_of, pages_of, picture_of, text_of
from tests.property.estate import Estate
from tests.property.work_orders.test_costs import Depot


def paper(estate: Estate, order_id: int, which: str) -> tuple[str, bytes]:
    """The file's name and its bytes."""
    answer = estate.worker.get(f"/property/work-orders/{order_id}/{which}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    return unquote(answer.headers["Content-Disposition"].rpartition("''")[2]), answer.body


def photo(estate: Estate) -> int:
    return int(send(estate.worker, small_jpeg()).data["id"])


@pytest.fixture
def repaired(estate: Estate) -> int:
    """An order that is proved, costs 77.50 yuan and waits for its acceptance."""
    depot = Depot(estate)
    order_id = estate.working(category="proved", description="三楼男卫生间洗手池下方水管漏水，地面积水较多")
    estate.done(estate.worker, order_id, "arrive", before_photo_ids=[photo(estate), photo(estate)])
    depot.use(estate.worker, order_id, depot.tap, 1)
    path = f"/property/work-orders/{order_id}/costs"
    estate.worker.post(f"{path}/labour", {"minutes": 45})
    proved: dict[str, Any] = {
        "after_photo_ids": [photo(estate)],
        "signature_photo_ids": [photo(estate)],
        "result": "更换水龙头一只，接口重新缠生料带，试水半小时无渗漏。",
    }
    estate.done(estate.worker, order_id, "finish", **proved)
    return order_id


def test_a_dispatch_sheet_says_what_a_worker_needs(estate: Estate) -> None:
    estate.policy()
    order_id = estate.dispatched(description="洗手池漏水", urgency="urgent")
    name, pdf = paper(estate, order_id, "dispatch-sheet")
    number = estate.order(order_id).number
    assert name == f"维修派工单 {number}.pdf"
    text = text_of(pdf)
    for said in (
        "维修派工单",
        number,
        "紧急",
        "洗手池漏水",
        "张报修",
        "1号楼",
        "101",
        "报修人确认",
        "维修一班",
    ):
        assert said in text
    assert pages_of(pdf) == 1


def test_a_completion_form_says_what_was_done_and_what_it_cost(estate: Estate, repaired: int) -> None:
    name, pdf = paper(estate, repaired, "completion-form")
    assert name == f"维修完成单 {estate.order(repaired).number}.pdf"
    text = text_of(pdf)
    for said in ("更换水龙头一只", "水龙头 DN15", "32.50", "45 分钟", "45.00", "77.50", "柒拾柒元伍角整"):
        assert said in text
    for said in ("待验收", "维修前", "维修后", "李师傅", "完工", "报修人签字"):
        assert said in text
    assert images_of(pdf) == 4  # Two before, one after, and the signature.


def test_the_code_is_drawn_apart_from_the_table(estate: Estate, tmp_path: Path) -> None:
    _, pdf = paper(estate, estate.dispatched(), "dispatch-sheet")
    picture = picture_of(pdf, tmp_path)
    width, height = picture.size
    beside = picture.crop((int(width * 0.72), int(height * 0.13), int(width * 0.96), int(height * 0.32)))
    assert beside.getextrema()[0] < 100
    gap = picture.crop((int(width * 0.762), int(height * 0.17), int(width * 0.772), int(height * 0.27)))
    assert gap.getextrema()[0] > 200


def test_what_is_not_finished_is_no_voucher(estate: Estate) -> None:
    _, pdf = paper(estate, estate.working(), "completion-form")
    text = text_of(pdf)
    assert "尚未完工" in text
    assert "不作为凭证" in text
    assert "未发生费用" in text


def test_the_codes_open_the_order_on_the_phone(estate: Estate) -> None:
    # The picture is drawn from this address; that it can be scanned is the library's business.
    assert qr_address(7) == f"{settings().h5_url}#/pages/repairs/task?id=7"


def test_papers_are_for_who_works_here(estate: Estate) -> None:
    order_id = estate.working()
    for which in ("dispatch-sheet", "completion-form"):
        path = f"/property/work-orders/{order_id}/{which}"
        assert estate.requester.get(path).error == "property.order_not_yours"
        assert estate.compound.client(estate.compound.staff()).get(path).status == 404
        assert estate.dispatcher.get(path).status == 200
