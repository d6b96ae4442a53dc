/**
 * WeChat's one-time messages (订阅消息). WeChat asks the person only right in a tap, for three templates at
 * most: a page that has a useful tap prepares when it is opened, and asks in the tap.
 */
import { api } from "@/api";
import { toast } from "@/dialogs";

const MOST = 3;

export interface Template {
  template_id: string;
  titles: string[];
  /** An estimate of how many messages may still come. */
  remaining: number;
  is_long_term: boolean;
}

let prepared: Template[] = [];

/** Learns what to ask for at the next tap: of messages whose kind begins with `about` (`canteen.`). */
export async function prepareSubscriptions(about = ""): Promise<Template[]> {
  const found = await api.get<{ list: Template[] }>("/subscriptions", { about });
  prepared = found.list.slice(0, MOST);
  return found.list;
}

/** Asks the person, in a tap, and tells the server the answer; nothing in a browser, nothing unprepared. */
export async function askForSubscriptions(): Promise<boolean> {
  if (__IS_H5__) return false;
  const ids = prepared.map((each) => each.template_id);
  if (!ids.length) return false;
  const answered = await new Promise<Record<string, string> | null>((resolve) => {
    uni.requestSubscribeMessage({
      tmplIds: ids,
      success: (answer) => resolve(answer as unknown as Record<string, string>),
      fail: () => resolve(null),
    });
  });
  if (!answered) return false;
  const results = ids.filter((id) => answered[id]).map((id) => ({ template_id: id, result: answered[id] }));
  if (!results.length) return false;
  // A lost answer only makes the estimate worse: WeChat's own pushes mend it.
  await api.post("/subscriptions", { results }).catch(() => undefined);
  const isAccepted = results.some((each) => each.result === "accept");
  if (isAccepted) toast("已开启提醒", "success");
  return isAccepted;
}
