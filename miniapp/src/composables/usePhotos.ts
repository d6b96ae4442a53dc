import { computed, reactive } from "vue";

import { type Photo, choosePhotos, picture, uploadPhoto } from "@/files";
import { asApiError } from "@/request/errors";

export interface Chosen {
  /** On this phone, or the server's if it was sent before. */
  path: string;
  state: "sending" | "ready" | "failed";
  photo: Pick<Photo, "id"> | null;
  /** Why it was not taken. */
  fault: string;
}

/**
 * Photos that are chosen and sent one after another while the rest of a form is still filled in. With
 * `isLocal` nothing is sent: what is done with them, perhaps without a network, takes their `paths`.
 */
export function usePhotos(most: number, isLocal = false) {
  const chosen = reactive<Chosen[]>([]);
  const isSending = computed(() => chosen.some((each) => each.state === "sending"));
  const ids = computed(() => chosen.flatMap((each) => (each.photo ? [each.photo.id] : [])));
  const paths = computed(() => chosen.map((each) => each.path));
  const failed = computed(() => chosen.filter((each) => each.state === "failed"));

  /** Begins with those that are kept already. */
  function keep(photos: readonly { id: number; thumb: string }[]): void {
    const kept = photos.map(({ id, thumb }): Chosen => {
      return { path: picture(thumb), state: "ready", photo: { id }, fault: "" };
    });
    chosen.splice(0, chosen.length, ...kept);
  }

  async function choose(): Promise<void> {
    const paths = (await choosePhotos(most - chosen.length)).slice(0, most - chosen.length);
    const first = chosen.length;
    for (const path of paths)
      chosen.push({ path, state: isLocal ? "ready" : "sending", photo: null, fault: "" });
    if (isLocal) return;
    // Only these: what was chosen before may still be on its way.
    for (const each of chosen.slice(first)) await send(each);
  }

  async function send(each: Chosen): Promise<void> {
    each.state = "sending";
    try {
      each.photo = await uploadPhoto(each.path);
      each.state = "ready";
    } catch (thrown) {
      each.fault = asApiError(thrown).msg;
      each.state = "failed";
    }
  }

  function drop(each: Chosen): void {
    chosen.splice(chosen.indexOf(each), 1);
  }

  return reactive({ chosen, isSending, ids, paths, failed, most, keep, choose, send, drop });
}
