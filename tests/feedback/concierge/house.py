"""A desk with the concierge's services: one that goes to its office at once, one that the desk looks at."""

from typing import Any

from feedback.categories.models import Kind
from tests.client import Answer, Client
from tests.feedback.desk import Desk

WATER_FORM: list[dict[str, Any]] = [
    {"key": "where", "title": "送到哪里", "type": "place", "required": True},
    {"key": "barrels", "title": "桶数", "type": "number", "required": True, "min": 1, "max": 10},
    {"key": "phone", "title": "联系电话", "type": "phone"},
]
SIMPLE_FORM: list[dict[str, Any]] = [{"key": "what", "title": "内容", "type": "text", "required": True}]


class House:
    """Services by code: `water` (送水, to the first office at once, two open), `help` (any number)."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.services: dict[str, Any] = {}
        self.service(
            "water",
            "送水",
            WATER_FORM,
            office_id=desk.office.id,
            is_direct=True,
            open_limit=2,
            words=["送水"],
        )
        plain = desk.category("plain_service", Kind.SERVICE, anonymity="never", needs_place=False)
        self.service("help", "帮忙", SIMPLE_FORM, category_id=plain.id)

    def body(self, name: str, form: list[dict[str, Any]], **said: Any) -> dict[str, Any]:
        """A service, as it is described."""
        category_id = self.desk.categories["service"].id
        return {"name": name, "category_id": category_id, "form": form, **said}

    def service(self, code: str, name: str, form: list[dict[str, Any]], **said: Any) -> Any:
        """A new service of the catalogue."""
        body = {"code": code, **self.body(name, form, **said)}
        self.services[code] = self.desk.officer.post("/feedback/services", body).data
        return self.services[code]

    def change(self, code: str, name: str, form: list[dict[str, Any]], **said: Any) -> Any:
        """The service described anew."""
        path = f"/feedback/services/{self.services[code]['id']}"
        return self.desk.officer.put(path, self.body(name, form, **said)).data

    def ask(self, by: Client | None = None, **answers: Any) -> Answer:
        """Ask for water to room 101."""
        usual = {"where": {"kind": "room", "id": self.desk.room.id}, "barrels": 2, "phone": "13800138000"}
        body = {"service": "water", "answers": {**usual, **answers}}
        return (by or self.desk.reporter).post("/feedback/requests", body)

    def help(self, by: Client | None = None, what: str = "抬一下箱子", **said: Any) -> Answer:
        """Ask for something that the desk looks at."""
        body = {"service": "help", "answers": {"what": what}, **said}
        return (by or self.desk.reporter).post("/feedback/requests", body)
