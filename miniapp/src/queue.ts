import { reactive, watch } from "vue";

import { api } from "@/api";
import { now } from "@/clock";
import { type Photo, keepFile } from "@/files";
import { instantOf } from "@/formats";
import { network, onReconnected } from "@/network";
import { newKey } from "@/request/keys";
import { type Deed, type Done, Queue } from "@/request/queue";
import { ensureUser } from "@/session";

/** What this person has done on this phone and the server does not know yet. */
export const waiting = reactive({ deeds: [] as Deed[], isSending: false });

/** Each person of a shared phone has a queue of their own. */
const queues = new Map<number, Queue>();

async function mine(): Promise<Queue> {
  const { id } = await ensureUser();
  let queue = queues.get(id);
  if (!queue) {
    const sender = {
      post: (path: string, body: unknown, key: string) => api.post(path, body, { key }),
      upload: async (path: string, key: string) => {
        await keepFile(path);
        return (await api.upload<Photo>("/media/photos", path, { key })).id;
      },
    };
    queue = new Queue(api.platform.storage, `houqin.queue.${id}`, sender, (deeds) => (waiting.deeds = deeds));
    queues.set(id, queue);
    waiting.deeds = queue.all();
  }
  return queue;
}

/**
 * Does something now, or keeps it for when there is a network. The body gets `happened_at`; `files` are paths
 * on this phone by the field that takes their ids. Throws ApiError if the server refuses.
 */
export async function perform<T>(
  subject: string,
  title: string,
  path: string,
  body: Record<string, unknown> = {},
  files: { field: string; path: string }[] = [],
): Promise<Done<T>> {
  const at = instantOf(now());
  const lasting = await Promise.all(
    files.map(async (each) => ({ field: each.field, path: await keepFile(each.path) })),
  );
  const deed = {
    ...{ key: newKey(), path, body: { ...body, happened_at: at }, files: lasting },
    ...{ subject, title, at, refusal: "" },
  };
  return (await mine()).perform<T>(deed, network.isOnline);
}

/** Sends what waits; does nothing while cut off. */
export async function sendWaiting(): Promise<void> {
  const queue = await mine();
  if (!network.isOnline || !queue.all().length) return;
  waiting.isSending = true;
  try {
    await queue.flush();
  } finally {
    waiting.isSending = false;
  }
}

/** Calls `reload` whenever what waited has been sent: what a page shows is older. For a component's setup. */
export function onSent(reload: () => Promise<unknown>): void {
  watch(
    () => waiting.isSending,
    (isSending) => {
      if (!isSending) void reload();
    },
  );
}

/** Forgets a deed that the server has refused. */
export async function forget(key: string): Promise<void> {
  (await mine()).drop(key);
}

onReconnected(() => void sendWaiting().catch(() => undefined));
