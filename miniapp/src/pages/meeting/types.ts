/** What the API tells of meeting rooms; docs/api.md has the meaning of each field. */

export interface Named {
  id: number;
  name: string;
}

export interface RoomName extends Named {
  place?: string;
}

export type TaskState = "open" | "working" | "done" | "cancelled";

export interface Task {
  id: number;
  booking_id: number;
  occurrence_id: number;
  subject: string;
  headcount: number;
  layout: string | null;
  room: RoomName;
  start: string;
  end: string;
  /** Null: the check of the room. */
  service: { id: number; code: string; name: string } | null;
  title: string;
  phase: string;
  quantity: number | null;
  note: string;
  begins: string;
  due: string;
  state: TaskState;
  state_name: string;
  is_late: boolean;
  steward: { id: number; name: string } | null;
  done_note: string;
  checklist: Tick[];
  may: string[];
}

export interface Tick {
  code: string;
  text: string;
  kind: string;
  is_ok: boolean | null;
  note: string;
}

export interface Entry {
  id: number;
  state: string;
  state_name: string;
  room: RoomName | null;
  campus: { id: number; name: string } | null;
  capacity: number;
  /** Codes. */
  equipment: string[];
  start: string;
  end: string;
  subject: string;
  ahead: number | null;
  offer: { id: number; room: RoomName; lapses_at: string } | null;
  booking_id: number | null;
}

export interface Feed {
  id: number;
  kind: "person" | "room";
  title: string;
  made_at: string;
  url?: string;
}

export interface Service {
  id: number;
  code: string;
  name: string;
  description: string;
  unit: string;
  quantity_by: "meeting" | "head";
  /** Null: as the rule of the house has it. */
  lead_minutes: number | null;
}

export interface ServiceWish {
  service_id: number;
  quantity?: number | null;
  note?: string;
}

export interface ServiceLine {
  service_id: number;
  name: string;
  unit: string;
  quantity: number;
  note: string;
  is_short: boolean;
  latest_at: string;
}

export interface Ordered {
  booking_id: number;
  may_order: boolean;
  may_order_late: boolean;
  defaults: { service_id: number; name: string; unit: string; quantity: number | null; note: string }[];
  occurrences: {
    id: number;
    start: string;
    end: string;
    state: string;
    state_name: string;
    lines: ServiceLine[];
    tasks: { total: number; done: number; unassigned: number };
  }[];
  /** The meetings that an order came too late for. */
  late: number[];
}

export interface Rating {
  can_rate: boolean;
  closes_at: string | null;
  dimensions: { code: string; title: string }[];
  rating: { scores: Record<string, number>; text: string } | null;
}

export interface Room {
  id: number;
  name: string;
  place: string;
  campus_id: number;
  capacity: number;
  layouts: { layout: string; capacity: number }[];
  equipment: { code: string; name: string; count: number }[];
  rights: string[];
  photo: { full: string; thumb: string } | null;
}

export interface MeetingRow {
  id: number;
  booking_id: number;
  subject: string;
  state: string;
  state_name: string;
  room: RoomName;
  /** Id 0 and no name where it is not said who. */
  organiser: Named;
  department: string;
  start: string;
  end: string;
  is_series: boolean;
  headcount: number;
}

export interface BookingRow {
  id: number;
  number: string;
  subject: string;
  state: string;
  state_name: string;
  room: RoomName;
  /** Id 0 and no name where it is not said who. */
  organiser: Named;
  department: string;
  start: string;
  end: string;
  occurrence_id: number;
  count: number;
  pending: number;
  is_series: boolean;
  level: number;
  headcount: number;
}

export interface Occurrence {
  id: number;
  start: string;
  end: string;
  room: RoomName;
  state: string;
  state_name: string;
  reason: string;
  subject: string;
  organiser: Named;
  headcount: number;
  level: number;
  layout: string | null;
  note: string;
  lapses_at: string | null;
  can: string[];
}

export interface Attendee {
  id: number;
  staff_id: number | null;
  name: string;
  organisation: string;
  title: string;
}

export interface Booking extends Omit<BookingRow, "count" | "pending"> {
  booked_by: Named;
  recurrence: string;
  note: string;
  agenda: string;
  contact_phone: string;
  question: string;
  answer: string;
  sequence: number;
  is_confidential: boolean;
  attendees: Attendee[];
  occurrences: Occurrence[];
  timeline: { at: string; step_name: string; actor: string; text: string }[];
  can: string[];
}

/** Who is to attend: a colleague, or (without `staff_id`) a guest. */
export interface Invited {
  staff_id: number | null;
  name: string;
  organisation: string;
  title: string;
}

/** A request that a meeting displaces those that have its room. */
export interface Override {
  id: number;
  reason: string;
  asked_by: Named;
  booking_id: number;
  subject: string;
  level: number;
  room: Named;
  occurrences: { id: number; start: string; end: string }[];
  displaced: { id: number; subject: string; organiser: string; level: number; start: string; end: string }[];
  lapses_at: string;
  can_decide: boolean;
  can_withdraw: boolean;
}

/** A date of a series as the server would book it. */
export interface Planned {
  start: string;
  end: string;
  state: string;
  state_name?: string;
  reason: string;
  code?: string;
}

export interface Preview {
  occurrences: Planned[];
  conflicts: number;
  is_accepted: boolean;
  attendee_clashes: { staff_id: number; name: string; start: string; end: string }[];
}

export interface Equipment {
  code: string;
  name: string;
}

export interface Suggestion {
  kind: string;
  room: RoomBrief;
  start: string;
  end: string;
  needs_approval: boolean;
  /** Codes of equipment that it does not have. */
  lacking: string[];
}

export interface Availability {
  rooms: { room: RoomBrief; seats: number; needs_approval: boolean }[];
  total: number;
  suggestions: Suggestion[];
}

export interface RoomDetail {
  room: Room & { approval: string; is_checkin_required: boolean; is_in_use: boolean };
  description: string;
  approval_level: number | null;
  grace_minutes: number;
  hours: { weekday: number; from_time: string; until_time: string }[];
  photos: { links: { full: string; thumb: string } }[];
}

/** A room as searches and boards name it; `equipment` are codes. */
export interface RoomBrief {
  id: number;
  name: string;
  place: string;
  campus_id: number;
  campus: string;
  capacity: number;
  equipment: string[];
}

/** What stands in a room within a span. */
export interface RoomBoard {
  room: RoomBrief;
  closures: { id: number; start: string; end: string; reason: string }[];
  meetings: {
    occurrence_id: number;
    start: string;
    end: string;
    state: string;
    subject: string;
    organiser: string;
    is_mine: boolean;
  }[];
  offered: { start: string; end: string }[];
}

export interface Board {
  rooms: RoomBoard[];
}

/** A stretch in which a room is not free. */
export interface Busy {
  kind: "booked" | "pending" | "closed" | "offered";
  start: string;
  end: string;
  text: string;
}
