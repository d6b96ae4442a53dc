"""The refusal of a pause."""

from backend.errors import Conflict


class OrdersPaused(Conflict):
    """The person has missed too many meals at this canteen, by its own rule."""

    code = "canteen.orders_paused"
    message = "因多次预订后未取餐，在本食堂的预订暂停至 {until_text}；如有特殊情况，可在“未取餐记录”中申诉"
