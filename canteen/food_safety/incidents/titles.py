"""What people read for the words of incidents."""

from typing import Final

from canteen.food_safety.incidents.models import Kind, Source, Step

KIND_NAMES: Final = {
    Kind.ILLNESS: "疑似食源性疾病",
    Kind.INGREDIENT: "问题食材",
    Kind.FOREIGN_BODY: "异物或变质",
    Kind.PROCESS: "加工操作问题",
    Kind.OTHER: "其他",
}
SOURCE_NAMES: Final = {
    Source.KITCHEN: "食堂自查",
    Source.DINER: "职工反映",
    Source.AUTHORITY: "监管部门通报",
    Source.SUPPLIER: "供应商召回",
    Source.TEST: "检测结果",
}
STEP_NAMES: Final = {
    Step.REPORT: "上报",
    Step.CONFIRM: "确认范围",
    Step.EXTEND: "扩大范围",
    Step.BLOCK: "封存批次",
    Step.LOCK_SAMPLES: "保全留样",
    Step.STOP_SALE: "停售菜品",
    Step.NOTIFY: "通知就餐人员",
    Step.REPORT_TO_AUTHORITY: "报告监管部门",
    Step.NOTE: "处置记录",
    Step.EXPORT: "导出就餐人员名单",
    Step.RELEASE: "解除封存",
    Step.CLOSE: "结案",
    Step.DISMISS: "排除",
}
