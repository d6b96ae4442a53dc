import { reactive } from "vue";

import { tell } from "@/dialogs";
import { type ApiError, asApiError } from "@/request/errors";

export interface Action<A extends unknown[], R> {
  /** Busy: a second tap does nothing. Bind it to the button's `loading`. */
  isBusy: boolean;
  error: ApiError | null;
  /** What is wrong with which field. */
  fields: Record<string, string>;
  /** Answers what `act` did, or nothing if it failed or was busy. */
  run: (...given: A) => Promise<R | undefined>;
}

/**
 * Something that a tap does. A failure is told (the server's sentence), unless it is about fields, which
 * the form shows, or `onError` answers true: then that has told it. The same POST, tapped again after a
 * network failure, bears the same Idempotency-Key by itself.
 */
export function useAction<A extends unknown[], R>(
  act: (...given: A) => Promise<R>,
  onError?: (error: ApiError) => boolean | void,
): Action<A, R> {
  const action = reactive({ isBusy: false, error: null as ApiError | null, fields: {}, run }) as Action<A, R>;

  async function run(...given: A): Promise<R | undefined> {
    if (action.isBusy) return undefined;
    action.isBusy = true;
    action.error = null;
    action.fields = {};
    try {
      return await act(...given);
    } catch (thrown) {
      const error = asApiError(thrown);
      action.error = error;
      action.fields = error.fields;
      if (!onError?.(error) && !Object.keys(action.fields).length) tell(error);
      return undefined;
    } finally {
      action.isBusy = false;
    }
  }

  return action;
}
