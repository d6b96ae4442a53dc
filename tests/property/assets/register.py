"""A register of equipment for tests: a manager of one campus, kinds and places."""

from typing import Any

from backend.actor import ScopeKind
from backend.places.models import Building, Campus, Floor, Room
from tests.client import Answer, Client
from tests.factories import Compound
from tests.property.estate import add

ASSETS = "/property/assets"
KINDS = "/property/asset-kinds"


class Register:
    """中心院区 / 1号楼 / 1层 / 101 and 102, 北院 / 2号楼; `manager` manages all, `local` only 中心院区."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.campus: Campus = compound.campus("中心院区")
        self.building: Building = add(Building(campus_id=self.campus.id, name="1号楼"))
        self.floor: Floor = add(Floor(building_id=self.building.id, name="1层"))
        self.room: Room = add(Room(floor_id=self.floor.id, name="101"))
        self.other_room: Room = add(Room(floor_id=self.floor.id, name="102"))
        self.north: Campus = compound.campus("北院")
        self.far: Building = add(Building(campus_id=self.north.id, name="2号楼"))
        self.manager = self.client("property_manager")
        self.local = self.client("property_manager", (ScopeKind.CAMPUS, self.campus.id))
        self.reader = self.client("property_dispatcher")
        self.official = compound.client(compound.staff())
        self.kind_id: int = self.manager.post(KINDS, {"name": "电梯"}).data["id"]

    def client(self, role: str, scope: tuple[ScopeKind, int] = (ScopeKind.COMPOUND, 0)) -> Client:
        """Somebody with a role."""
        return self.compound.client(self.compound.staff(name="赵管理", roles={role: scope}))

    def body(self, number: str = "DT-001", **fields: Any) -> dict[str, Any]:
        """A new lift in room 101."""
        usual = {"name": "1号客梯", "kind_id": self.kind_id, "place_kind": "room", "place_id": self.room.id}
        return {"number": number, **usual, **fields}

    def enter(self, number: str = "DT-001", **fields: Any) -> Any:
        """Enter an asset; what is answered of it."""
        return self.manager.post(ASSETS, self.body(number, **fields)).data["asset"]

    def change(self, asset: Any, by: Client | None = None, **fields: Any) -> Answer:
        """Describe an asset anew, as it was but for some fields."""
        names = ("revision", "number", "name", "kind_id", "model", "maker", "serial_no", "contractor_id")
        more = ("installed_on", "warranty_until", "price_fen", "note")
        body = {name: asset[name] for name in (*names, *more)}
        return (by or self.manager).put(f"{ASSETS}/{asset['id']}", {**body, **fields})

    def events(self, asset: Any) -> list[Any]:
        """The history of an asset, the last first."""
        listed: list[Any] = self.manager.get(f"{ASSETS}/{asset['id']}/events").data["list"]
        return listed
