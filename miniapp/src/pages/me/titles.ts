/** What the words of identity and privacy are called here: the one place for these pages. */
import type { IconName } from "@/modules";

/** How a session was begun. */
export const PROVIDERS: Record<string, string> = {
  wechat_mp: "微信小程序",
  wecom: "企业微信",
  zwdd: "浙政钉",
  password: "工号密码",
};

export const REQUEST_KINDS: { kind: string; title: string; icon: IconName; hint: string }[] = [
  { kind: "correct", title: "更正", icon: "edit", hint: "登记的信息有误或不完整，例如部门、手机号" },
  {
    kind: "restrict",
    title: "限制处理",
    icon: "lock",
    hint: "暂停使用某类信息，说明是哪类信息和原因",
  },
  {
    kind: "erase",
    title: "删除",
    icon: "trash",
    hint: "离职后删除个人信息；账目等法律要求保存的除外",
  },
];

/** How the state of a request looks. */
export const REQUEST_TONES: Record<string, "warn" | "good" | "plain"> = {
  open: "warn",
  done: "good",
  declined: "plain",
};
