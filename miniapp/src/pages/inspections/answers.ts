import type { CheckItem } from "./types";

/** What is being said of an item, before it is sent. */
export interface Draft {
  /** `yes`, `no`, an option, or a number as typed. */
  value: string;
  remark: string;
}

/** What stands already, as a draft; nothing said for a new one. */
export function draftOf(item: CheckItem): Draft {
  const value = item.answer?.value ?? "";
  const text = typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return { value: text, remark: item.answer?.remark ?? "" };
}

const NUMBER = /^-?\d{1,9}(?:\.\d{1,3})?$/;

/** What an answer lacks, in words; empty if nothing. */
export function lackOf(item: CheckItem, draft: Draft, photos: number): string {
  if (item.kind === "photo") return item.is_required && !photos ? `请为「${item.text}」拍照` : "";
  if (!draft.value) return item.is_required ? `请检查「${item.text}」` : "";
  if (item.kind === "number" && !NUMBER.test(draft.value)) return `「${item.text}」请填数字`;
  return item.needs_photo_if_failed && isFailing(item, draft) && !photos
    ? `「${item.text}」不合格，请拍照`
    : "";
}

/** Whether a number lies outside of its limits, or a check was not passed, as far as the phone can tell. */
export function isFailing(item: CheckItem, draft: Draft): boolean {
  if (item.kind === "yes_no" || item.kind === "choice") return item.failing.includes(draft.value);
  if (item.kind !== "number" || !NUMBER.test(draft.value)) return false;
  const value = Number(draft.value);
  return (item.lower !== null && value < item.lower) || (item.upper !== null && value > item.upper);
}

/** The limits in words: `16 至 26 ℃`; empty for none. */
export function limitsOf(item: CheckItem): string {
  const unit = item.unit ? ` ${item.unit}` : "";
  if (item.lower !== null && item.upper !== null) return `正常范围 ${item.lower} 至 ${item.upper}${unit}`;
  if (item.lower !== null) return `不低于 ${item.lower}${unit}`;
  return item.upper !== null ? `不高于 ${item.upper}${unit}` : "";
}

/** Whether there is anything to send that the server does not know. */
export function isNews(item: CheckItem, draft: Draft, photos: number): boolean {
  if (photos) return true;
  const stands = draftOf(item);
  return Boolean(draft.value) && (stands.value !== draft.value || stands.remark !== draft.remark.trim());
}

/** What the API takes as the value. */
export function valueOf(item: CheckItem, draft: Draft): boolean | number | string | null {
  if (item.kind === "yes_no") return draft.value === "yes";
  if (item.kind === "number") return Number(draft.value);
  return item.kind === "choice" ? draft.value : null;
}
