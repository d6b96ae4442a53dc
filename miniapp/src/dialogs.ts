import type { ApiError } from "@/request/errors";
import { asApiError } from "@/request/errors";

const SHORT = 18;
/** Beside an icon WeChat shows no more characters. */
const BESIDE_ICON = 7;
const DANGER = "#c62828";
const PRIMARY = "#1a56b8";

/** A short word of success or advice, gone by itself. */
export function toast(text: string, icon: "none" | "success" = "none"): void {
  const hasRoom = text.length <= BESIDE_ICON;
  uni.showToast({ title: text, icon: hasRoom ? icon : "none", duration: 2200 });
}

/** Says why something came to nothing: the server's own sentence; long ones stay until they are read. */
export function tell(thrown: unknown): ApiError {
  const error = asApiError(thrown);
  if (error.error === "client.login_abandoned") return error;
  if (error.msg.length <= SHORT) toast(error.msg);
  else uni.showModal({ content: error.msg, showCancel: false, confirmText: "知道了", confirmColor: PRIMARY });
  return error;
}

export interface Question {
  title: string;
  text?: string;
  /** At most four characters: WeChat takes no more. */
  yes?: string;
  no?: string;
  isDanger?: boolean;
}

/** Asks before something is done; whether the answer was yes. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    uni.showModal({
      title: question.title,
      content: question.text ?? "",
      confirmText: question.yes ?? "确定",
      cancelText: question.no ?? "取消",
      confirmColor: question.isDanger ? DANGER : PRIMARY,
      cancelColor: "#55606e",
      success: (answer) => resolve(answer.confirm),
      fail: () => resolve(false),
    });
  });
}

/** Lets one of several be chosen; its position, or -1. */
export function choose(items: string[]): Promise<number> {
  return new Promise((resolve) => {
    uni.showActionSheet({
      itemList: items,
      success: (answer) => resolve(answer.tapIndex),
      fail: () => resolve(-1),
    });
  });
}
