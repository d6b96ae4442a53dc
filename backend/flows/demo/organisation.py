"""Data: the organs of the compound, their posts, the campuses, and who works for them besides."""

from backend.flows.demo_accounts import FIXED_ACCOUNTS, FixedAccount

CITY = "云州市"  # There is no such city.

# (organ, works on campus, its offices): 6 organs and 24 offices are 30 departments.
ORGANS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("市委办公厅", 1, ("综合一处", "文电处", "督查室", "信息处")),
    ("市政府办公厅", 1, ("秘书一处", "秘书二处", "公文处", "政务公开处", "应急值班室")),
    ("市发展和改革委员会", 1, ("综合规划处", "投资处", "社会发展处")),
    ("市财政局", 2, ("预算处", "国库处", "行政政法处", "采购监管处")),
    ("市人力资源和社会保障局", 2, ("公务员管理处", "就业促进处", "社会保险处")),
    ("市机关事务管理局", 1, ("综合处", "餐饮服务处", "会议服务处", "物业管理处", "监督考核处")),
)

CAMPUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("中心院区", ("1号楼（办公楼）", "2号楼（办公楼）", "3号楼（会议中心）", "机关食堂楼")),
    ("东院区", ("A座（办公楼）", "B座（服务楼）")),
)

HEADS: tuple[str, ...] = ("主任", "副主任", "副主任", "二级巡视员")
CHIEFS: tuple[str, ...] = ("处长", "副处长", "一级调研员")
# (post, weight) of everybody else.
POSTS: tuple[tuple[str, int], ...] = (
    ("二级调研员", 4), ("四级调研员", 8), ("一级主任科员", 22), ("二级主任科员", 20),
    ("三级主任科员", 16), ("四级主任科员", 16), ("一级科员", 14),
)  # fmt: skip
SECOND_POSTS: tuple[str, ...] = ("联络员（兼）", "法治专员（兼）", "信息化专员（兼）", "工会委员（兼）")

# The other workers: they are on the roster and use their phones, but are no accounts for visitors to take.
_WORKER: tuple[str, str] = ("property_worker", "物业维修员")
WORKERS: tuple[FixedAccount, ...] = tuple(
    FixedAccount(staff_no, name, "物业管理处", title, *_WORKER)
    for staff_no, name, title in (
        ("9311", "佟大勇", "综合维修班班长"),
        ("9312", "葛春来", "综合维修工"),
        ("9313", "戚永强", "综合维修工"),
        ("9314", "詹国栋", "水暖工"),
        ("9321", "宫建军", "机电运维班班长"),
        ("9322", "单志刚", "值班电工"),
        ("9323", "阮小川", "空调工"),
        ("9324", "苗志新", "电梯管理员"),
        ("9331", "柏秀芝", "保洁班班长"),
        ("9332", "车玉兰", "保洁员"),
        ("9341", "尚铁山", "消防安保班班长"),
        ("9342", "解卫东", "消防设施操作员"),
    )
)
# The other handlers of demands: no accounts for visitors to take, either.
HANDLERS: tuple[FixedAccount, ...] = tuple(
    FixedAccount(staff_no, name, office, title, "feedback_handler", "诉求承办人")
    for staff_no, name, office, title in (
        ("9603", "邵丽华", "餐饮服务处", "餐饮诉求承办人"),
        ("9604", "齐卫东", "会议服务处", "安保诉求承办人"),
    )
)
# The other stewards of meetings.
STEWARDS: tuple[FixedAccount, ...] = tuple(
    FixedAccount(staff_no, name, "会议服务处", "会务服务员", "meeting_steward", "会务服务员")
    for staff_no, name in (("9203", "岑晓月"), ("9204", "孔令仪"))
)
EMPLOYED: tuple[FixedAccount, ...] = (*FIXED_ACCOUNTS, *WORKERS, *HANDLERS, *STEWARDS)
ADMINISTRATOR_NO = "9001"
MANAGER_NO = "9101"
WAITER_NO = "9102"
BUYER_NO = "9103"
STORE_NO = "9104"
SAFETY_NO = "9105"
STEWARD_NO = "9201"
MEETINGS_NO = "9202"
DISPATCHER_NO = "9301"
WORKER_NO = "9302"
PROPERTY_MANAGER_NO = "9303"
PROPERTY_LEADER_NO = "9304"
REVIEWER_NO = "9401"
INSPECTOR_NO = "9402"
APPROVER_NO = "9403"
LEADER_NO = "9501"
DESK_NO = "9601"
HANDLER_NO = "9602"
CANTEEN_HANDLER_NO = "9603"
GATE_HANDLER_NO = "9604"
KEEPER_NO = "9605"
CONTRACTOR_NO = "9801"
# The official whom visitors pick first has something of everything.
VISITOR_NO = "1001"
