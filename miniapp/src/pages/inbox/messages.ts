import { api } from "@/api";
import { noteUnread } from "@/unread";

/** A message as `GET /inbox` answers it. */
export interface Message {
  id: number;
  title: string;
  text: string;
  /** The page that it leads to, or empty. */
  page: string;
  is_urgent: boolean;
  needs_acknowledgement: boolean;
  created_at: string;
  read_at: string | null;
  acknowledged_at: string | null;
}

export interface Inbox {
  messages: Message[];
  next_before: number | null;
  unread: number;
}

/** A part of one's own messages, the newest first; `before` is where the last part ended. */
export async function readInbox(query: {
  before?: number;
  unread?: boolean;
  limit?: number;
}): Promise<Inbox> {
  const found = await api.get<Inbox>("/inbox", query);
  noteUnread(found.unread);
  return found;
}

/** One message of one's own, or nothing. */
export async function findMessage(id: number): Promise<Message | null> {
  const found = await readInbox({ before: id + 1, limit: 1 });
  const first = found.messages[0];
  return first?.id === id ? first : null;
}

/** Marks messages as read; without ids, all. */
export async function markRead(ids?: number[]): Promise<void> {
  const marked = await api.post<{ unread: number }>("/inbox/read", ids ? { ids } : { all: true });
  noteUnread(marked.unread);
}
