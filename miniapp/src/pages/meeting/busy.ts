import { parseInstant } from "@/formats";

import type { Busy, RoomBoard } from "./types";

/** What keeps a room, in order: meetings, closures, and what is held for somebody who waits. */
export function busyOf(board: RoomBoard): Busy[] {
  const found: Busy[] = [
    ...board.meetings.map(({ start, end, state, subject, organiser }) => ({
      kind: state === "pending" ? ("pending" as const) : ("booked" as const),
      start,
      end,
      text: [subject, organiser].filter(Boolean).join(" · "),
    })),
    ...board.closures.map(({ start, end, reason }) => ({
      kind: "closed" as const,
      start,
      end,
      text: reason || "停用",
    })),
    ...board.offered.map(({ start, end }) => ({ kind: "offered" as const, start, end, text: "候补保留" })),
  ];
  return found.sort((one, other) => parseInstant(one.start) - parseInstant(other.start));
}
