/** What the words of the rest of ordering are called: the one place for it, beside `@/ordering/titles`. */
import type { Tone } from "@/ordering/titles";

export const RECEPTION_STATES: Record<string, { title: string; tone: Tone }> = {
  submitted: { title: "待审批", tone: "warn" },
  approved: { title: "已批准", tone: "primary" },
  rejected: { title: "未批准", tone: "bad" },
  cancelled: { title: "已取消", tone: "plain" },
  served: { title: "已办结", tone: "good" },
  settled: { title: "已结算", tone: "good" },
};

export const PURPOSES: Record<string, string> = {
  study: "考察调研",
  mission: "执行任务",
  exchange: "学习交流",
  inspection: "检查指导",
  report: "请示汇报",
  meeting: "会议",
  other: "其他",
};

export const TRANSFER_STATES: Record<string, { title: string; tone: Tone }> = {
  offered: { title: "等待答复", tone: "warn" },
  done: { title: "已转让", tone: "good" },
  declined: { title: "已谢绝", tone: "plain" },
  withdrawn: { title: "已撤回", tone: "plain" },
  ended: { title: "已失效", tone: "plain" },
};

export const NO_SHOW_TONES: Record<string, Tone> = {
  recorded: "warn",
  appealed: "primary",
  excused: "good",
  upheld: "bad",
  picked_up: "good",
};

export const OUTCOME_TONES: Record<string, Tone> = {
  placed: "good",
  already_ordered: "primary",
  absent: "plain",
};

/** In words what became of a list of choices: 「首选」, 「备选 1」. */
export function choiceName(index: number): string {
  return index === 0 ? "首选" : `备选 ${index}`;
}
