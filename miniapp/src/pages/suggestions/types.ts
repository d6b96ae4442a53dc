/** What the API answers about suggestions, and what its words are called: the one place for these pages. */
export interface Suggestion {
  id: number;
  kind: string;
  text: string;
  may_contact: boolean;
  state: "open" | "replied" | "closed";
  sent_at: string;
  closed_at: string | null;
  photos: { full: string; medium: string; thumb: string }[];
  replies: { text: string; replied_at: string }[];
}

export const KINDS: { key: string; title: string }[] = [
  { key: "suggestion", title: "建议" },
  { key: "complaint", title: "投诉" },
  { key: "fault", title: "故障" },
  { key: "other", title: "其他" },
];

export const STATES: Record<Suggestion["state"], { title: string; tone: "warn" | "good" | "plain" }> = {
  open: { title: "待答复", tone: "warn" },
  replied: { title: "已答复", tone: "good" },
  closed: { title: "已办结", tone: "plain" },
};

export function kindTitle(kind: string): string {
  return KINDS.find((each) => each.key === kind)?.title ?? "其他";
}
