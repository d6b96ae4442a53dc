import { noteServerDate } from "@/clock";
import { noteReach } from "@/network";
import { Client } from "@/request/client";
import { uniPlatform } from "@/request/uni-platform";

/** The client that all pages use. Its login is renewed by `@/session`. */
export const api = new Client(uniPlatform, {
  base: __SERVER__,
  onDate: noteServerDate,
  onReach: noteReach,
});
