/** What is asked for before something is done with a demand. */
export interface Asked {
  title: string;
  yes: string;
  done: string;
  /** Which endpoint of the report does it. */
  path: string;
  /** What is to be written, and under which name it is sent. */
  label?: string;
  field?: string;
  needsText?: boolean;
  /** A date that is to be chosen. */
  date?: string;
  dateField?: string;
  asksOffice?: boolean;
  needsOffice?: boolean;
  officeField?: string;
  takesPhotos?: boolean;
  hint?: string;
  body?: Record<string, unknown>;
}

export interface Asking {
  verb: string;
  text: string;
  on: string;
  officeId: number;
}

export const ASKED: Record<string, Asked> = {
  accept: { title: "受理", yes: "受理", done: "已受理", path: "accept", label: "给反映人的话（选填）" },
  assign: {
    ...{ title: "转办", yes: "转办", done: "已转办", path: "assign", label: "办理要求（选填）" },
    ...{ asksOffice: true, needsOffice: true, officeField: "office_id" },
  },
  reply: {
    ...{ title: "答复", yes: "发出答复", done: "已答复", path: "reply" },
    ...{ label: "答复内容", needsText: true, takesPhotos: true, hint: "反映人会收到答复并评价是否解决" },
  },
  note: {
    ...{ title: "记录进展", yes: "告诉反映人", done: "已记录", path: "note", body: { is_public: true } },
    ...{ label: "进展", needsText: true, takesPhotos: true },
  },
  raise_order: {
    ...{ title: "转维修工单", yes: "转工单", done: "已转工单", path: "order" },
    ...{ label: "给维修人员的说明（选填）", hint: "工单完成后自动答复反映人" },
  },
  extend: {
    ...{ title: "申请延期", yes: "提交申请", done: "已提交申请", path: "extend" },
    ...{ label: "延期原因", field: "reason", needsText: true, date: "延期到", dateField: "until_at" },
  },
  suspend: {
    ...{ title: "申请挂账", yes: "提交申请", done: "已提交申请", path: "suspend" },
    ...{ label: "挂账原因", field: "reason", needsText: true, date: "复查日期", dateField: "review_on" },
  },
  resume: { title: "恢复办理", yes: "恢复", done: "已恢复办理", path: "resume", label: "说明（选填）" },
  object: {
    ...{
      title: "派单异议",
      yes: "提交异议",
      done: "已提交异议",
      path: "object",
      hint: "裁定前仍由本单位办理",
    },
    ...{ label: "为什么不归本单位", field: "reason", needsText: true },
  },
  reject: {
    ...{ title: "不予受理", yes: "不予受理", done: "已办理", path: "reject" },
    ...{ label: "原因（会告诉反映人）", needsText: true },
  },
};

/** What is still missing, in words; empty if nothing is. */
export function lackOf(asked: Asked, said: Asking): string {
  if (asked.needsOffice && !said.officeId) return "请选择承办单位";
  if (asked.date && !said.on) return `请选择${asked.date}`;
  return asked.needsText && !said.text.trim() ? `请写下${asked.label}` : "";
}

/** What is sent. */
export function bodyOf(asked: Asked, said: Asking, photoIds: number[]): Record<string, unknown> {
  const on = asked.dateField === "until_at" ? `${said.on}T18:00:00+08:00` : said.on;
  return {
    ...asked.body,
    ...(asked.label && said.text.trim() ? { [asked.field ?? "text"]: said.text.trim() } : {}),
    ...(asked.dateField ? { [asked.dateField]: on } : {}),
    ...(asked.officeField && said.officeId ? { [asked.officeField]: said.officeId } : {}),
    ...(asked.takesPhotos && photoIds.length ? { photo_ids: photoIds } : {}),
  };
}
