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
    Entry("模拟微信登录", "选一位职工，以其微信身份登录，查看个人信息或取得登录凭证", "/simulator/", is_demo=True),
    Entry("接口文档", "全部接口的说明，可以在页面上直接调用", "/api/docs"),
    Entry("OpenAPI 文件", "机器可读的接口定义，供开发工具导入", "/api/openapi.json"),
    Entry("运行状况", "数据库、数据结构与演示数据是否就绪", "/readyz"),
)
