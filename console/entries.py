"""What the welcome page tells: where it leads, and what the house does. Whoever adds pages adds to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to go: its title, what is found there, its path; `is_demo` ones are not in production."""

    title: str
    about: str
    path: str
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """What the house does for people: its name, and what they find in it."""

    title: str
    about: str


ENTRIES = (
    Entry("手机端", "与小程序相同的页面，用手机打开", "/m/"),
    Entry("管理台", "各部门办理业务、查看统计，用电脑打开", "/console/"),
    Entry(
        "模拟微信登录",
        "选一位职工，以其微信身份登录",
        "/simulator/",
        is_demo=True,
    ),
    Entry("餐厅大屏", "挂在餐厅里的电视：菜单、余量和剩餐情况", "/screen/canteen/1", is_demo=True),
    Entry("接口文档", "全部接口的说明，可直接试用", "/api/docs"),
    Entry("OpenAPI 文件", "接口定义，供开发工具导入", "/api/openapi.json"),
    Entry("运行状况", "数据库与演示数据是否就绪", "/readyz"),
)

SERVICES = (
    Service("订餐就餐", "看菜单、订餐、凭码取餐，也可代订、转让、外带；公务接待，餐费账户"),
    Service("会议室", "查空闲、预订、审批、候补、签到，会务服务随会议安排"),
    Service("报修", "扫码报修，派单、抢单、到场、完工、验收评价，超时自动升级"),
    Service("随手拍", "拍照反映问题，限时答复、回访评价，可以匿名；送水、搬运等小事找微管家"),
    Service("后厨", "备餐预测、采购、库存、留样晨检和日管控；称重统计浪费，评估并通报"),
    Service("后勤保障", "巡检保养、服务商考核、通告问卷、满意度和月度服务保障通报"),
)
