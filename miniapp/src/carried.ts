import { ref } from "vue";

import type { ChosenPlace } from "@/chosen-place";

/** What a person has said at the one door, for the form that they are led to. */
export interface Carried {
  text: string;
  photos: { id: number; thumb: string }[];
  place: ChosenPlace | null;
}

const carried = ref<Carried | null>(null);

export function carry(said: Carried): void {
  carried.value = said;
}

/** What was carried here, once; nothing if somebody came another way. */
export function takeCarried(): Carried | null {
  const said = carried.value;
  carried.value = null;
  return said;
}
