/** What the API answers about the rest of ordering. Amounts are fen, months `2026-11`. */
import type { PortionName } from "@/ordering/titles";
import type { OrderLine } from "@/ordering/types";

export interface Person {
  staff_no: string;
  name: string;
  department: string;
}

/** A dish that a canteen sells, on a menu or not. */
export interface SoldDish {
  dish_id: number;
  name: string;
  category: string;
  tags: string[];
  portions: { portion: PortionName; price_fen: number; weight_g: number }[];
  photo: { full: string; medium: string; thumb: string } | null;
}

/** A dish that was picked from what is sold; its price is null once it is sold no more. */
export interface PickedDish {
  dish_id: number;
  name: string;
  portion: PortionName;
  quantity: number;
  price_fen: number | null;
}

export interface StandingOrder {
  id: number;
  canteen_id: number;
  canteen: string;
  period: string;
  weekdays: number[];
  workdays_only: boolean;
  choices: { items: PickedDish[]; total_fen: number | null }[];
  dining: string;
  from_date: string;
  until_date: string | null;
  is_paused: boolean;
}

export interface StandingResult {
  id: number;
  date: string;
  period: string;
  outcome: string;
  outcome_name: string;
  detail: string;
  choice: number | null;
  order_id: number | null;
  order_number: string | null;
  order_state: string | null;
}

export interface Consent {
  id: number;
  direction: "given" | "received";
  giver: Person;
  colleague: Person;
  given_at: string;
  until_date: string | null;
  revoked_at: string | null;
  in_force: boolean;
}

export interface ColleagueOrder {
  id: number;
  number: string;
  state: string;
  canteen_id: number;
  date: string;
  period: string;
  dining: string;
  total_fen: number;
  items: OrderLine[];
  diner: Person;
}

export interface Transfer {
  id: number;
  direction: "in" | "out";
  state: "offered" | "done" | "declined" | "withdrawn" | "ended";
  giver: Person;
  receiver: Person;
  message: string;
  offered_at: string;
  decided_at: string | null;
  closes_at: string;
  canteen_name: string;
  order: {
    id: number;
    number: string;
    date: string;
    period: string;
    /** From here on null, and no items, once the transfer is over and the order is somebody else's. */
    dining: string | null;
    collect_from: string | null;
    collect_until: string | null;
    total_fen: number | null;
    packaging_fen: number | null;
    revision: number | null;
    items: OrderLine[];
  };
}

export interface ReceptionRow {
  id: number;
  number: string;
  state: string;
  revision: number;
  canteen_id: number;
  canteen: string;
  date: string;
  period: string;
  serves_from: string;
  department: string;
  requester: string;
  letter_no: string;
  letter_from: string;
  purpose: string;
  standard_fen: number;
  guests: number;
  accompanying: number;
  total_fen: number;
  per_head_fen: number;
  actual_guests: number | null;
  actual_accompanying: number | null;
  actual_total_fen: number | null;
  filed_at: string;
}

export interface Party {
  guests: { name: string; title: string; organisation: string }[];
  accompanying: { staff_no: string; name: string; title: string }[];
  dishes: { dish_id: number; name: string; quantity: number; price_fen: number; amount_fen: number }[];
}

export interface Reception extends ReceptionRow {
  subject: string;
  note: string;
  decider: string;
  decided_at: string | null;
  reason: string;
  cancelled_at: string | null;
  closes_at: string;
  planned: Party;
  actual: Party | null;
  letter_photos: { id: number; links: { full: string; medium: string; thumb: string } }[];
  letter_uses: number;
  actions: string[];
}

export interface ReceptionLimits {
  standard_fen: number;
  small_party: number;
  small_companions: number;
  guests_per_companion: number;
  lead_minutes: number;
}

export interface NoShow {
  order_id: number;
  number: string;
  canteen_name: string;
  date: string;
  period: string;
  pickup_no: number | null;
  total_fen: number;
  state: "recorded" | "appealed" | "excused" | "upheld" | "picked_up";
  state_name: string;
  was_absent: boolean;
  recorded_at: string;
  refunded_fen: number;
  can_appeal: boolean;
  appeal_closes_at: string;
  appeal_reason: string;
  appealed_at: string | null;
  answer: string;
  decided_at: string | null;
}

export interface Pause {
  canteen_id: number;
  canteen_name: string;
  until_at: string;
  missed: number;
}

export interface Entry {
  id: number;
  kind: string;
  kind_name: string;
  happened_at: string;
  order: { id: number; number: string; meal: string; canteen: string } | null;
  memo: string;
  amount_fen: number;
  buckets: { bucket: string; bucket_name: string; amount_fen: number }[];
  corrects_id: number | null;
  corrected_fen: number;
}

interface Movement {
  opening_fen: number;
  in_fen: number;
  out_fen: number;
  closing_fen: number;
}

export interface Statement extends Movement {
  month: string;
  printed_at: string;
  buckets: (Movement & { bucket: string; bucket_name: string })[];
  kinds: {
    kind: string;
    kind_name: string;
    bucket: string;
    bucket_name: string;
    entries: number;
    in_fen: number;
    out_fen: number;
  }[];
  entries: Entry[];
}
