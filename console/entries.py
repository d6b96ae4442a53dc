"""Where the welcome page leads. A module that gains pages adds its entry here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to go: its title, what is found there, its path; `is_demo` ones are not in production."""

    title: str
    about: str
    path: str
    is_demo: bool = False


ENTRIES = (
    Entry(
        "模拟微信登录",
        "选一位职工，以其微信身份登录",
        "/simulator/",
        is_demo=True,
    ),
    Entry("管理台", "菜单、订餐、人员、场所等，用电脑打开", "/console/"),
    Entry("餐厅大屏", "挂在餐厅里的电视：菜单、余量和剩餐情况", "/screen/canteen/1", is_demo=True),
    Entry("接口文档", "全部接口的说明，可直接试用", "/api/docs"),
    Entry("OpenAPI 文件", "接口定义，供开发工具导入", "/api/openapi.json"),
    Entry("运行状况", "数据库与演示数据是否就绪", "/readyz"),
)
