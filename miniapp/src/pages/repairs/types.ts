/** What the API answers about work orders. */
export type Urgency = "critical" | "urgent" | "ordinary";

export interface Category {
  id: number;
  code: string;
  name: string;
  hint: string;
  usual_urgency: Urgency;
  proof_before: Proof;
  proof_after: Proof;
  children: Category[];
}

export type Proof = "none" | "photo" | "signature" | "either" | "both";

export interface OrderRow {
  id: number;
  number: string;
  state: string;
  state_name: string;
  category: { id: number; code: string; name: string; path: string };
  urgency: Urgency;
  urgency_name: string;
  place_path: string;
  description: string;
  submitted_at: string;
  worker_name: string;
  group_name: string;
  due_at: string | null;
  is_overdue: boolean;
  is_paused: boolean;
  reminders: number;
  origin_name: string;
}

interface Links {
  full: string;
  thumb: string;
}

export interface Happening {
  at: string;
  step: string;
  step_name: string;
  to_state: string;
  actor_name: string;
  text: string;
  is_late: boolean;
}

export interface OrderClock {
  cycle: number;
  kind: "response" | "resolution";
  due_at: string;
  verdict: "running" | "paused" | "met" | "missed" | "void";
  ended_at: string | null;
  is_provisional: boolean;
}

export interface Hold {
  id: number;
  state: string;
  reason: string;
  expected_until: string;
  asked_at: string;
  asked_by_name: string;
  decision: string;
  photos: Links[];
}

export interface Order extends OrderRow {
  cycle: number;
  asset: { id: number; number: string; name: string; plate: string } | null;
  reporter_name: string;
  department_name: string;
  contact: string;
  contact_phone: string;
  appointment: { from_at: string; until_at: string } | null;
  result: string;
  labour_minutes: number;
  cost_fen: number;
  is_warranty: boolean;
  is_lapsed: boolean;
  timeline: Happening[];
  clocks: OrderClock[];
  photos: Record<"report" | "before" | "after" | "signature", Links[]>;
  holds: Hold[];
  parts: { id: number; number: string; state: string; state_name: string; category_name: string }[];
  master: { id: number; number: string } | null;
  follows: { id: number; number: string } | null;
  can: string[];
}

export interface OrderRating {
  can_rate: boolean;
  closes_at: string | null;
  dimensions: { code: string; title: string }[];
  rating: { scores: Record<string, number>; text: string } | null;
}

/** A hold that somebody has to agree to, with what it is about. */
export interface WaitingHold {
  id: number;
  order_id: number;
  number: string;
  place_path: string;
  description: string;
  urgency: Urgency;
  reason: string;
  expected_until: string;
  asked_at: string;
  asked_by_name: string;
}

export interface Material {
  id: number;
  code: string;
  name: string;
  spec: string;
  unit: string;
  price_fen: number;
  in_stock: number | null;
}

export interface BillLine {
  id: number;
  kind: string;
  title: string;
  unit: string;
  quantity: number;
  minutes: number;
  unit_fen: number;
  amount_fen: number;
  store_name: string;
}

/** What an order has cost so far. */
export interface Bill {
  materials: BillLine[];
  labour: BillLine[];
  others: BillLine[];
  total_fen: number;
  cost_fen: number;
  is_warranty: boolean;
  warranty_reason: string;
  limit_fen: number;
  approved_fen: number;
  needs_approval: boolean;
  can: string[];
}
