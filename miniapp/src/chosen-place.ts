import { ref } from "vue";

/** A place that was chosen on the page for it, for the page that asked. */
export interface ChosenPlace {
  kind: string;
  id: number;
  path: string;
}

export const chosenPlace = ref<ChosenPlace | null>(null);
