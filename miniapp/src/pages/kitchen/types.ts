/** What the kitchen's pages are told. */

export interface Batch {
  kind: "first" | "refill";
  at: string;
  portions: number;
  cooked_g: number;
}

export interface PlanDish {
  dish_id: number;
  name: string;
  booked: number;
  portions: number;
  planned_g: number;
  batches: Batch[];
  cooked_g: number | null;
  left_g: number | null;
  reused_g: number | null;
  ran_out_at: string | null;
  outcome_note: string;
}

export interface Plan {
  id: number;
  served_on: string;
  period: string;
  name: string;
  state: "draft" | "confirmed" | "done";
  diners: number;
  basis_reason: string;
  dishes: PlanDish[];
}

export interface SheetDish {
  dish_id: number;
  name: string;
  portions: number;
  planned_g: number;
  note: string;
  batches: Batch[];
  ingredients: { name: string; raw_g: number; note: string }[];
  steps: { text: string; minutes: number | null }[];
  recipe_note: string;
  cooked_g: number | null;
  left_g: number | null;
  reused_g: number | null;
}

export interface PrepSheet {
  plan_id: number;
  canteen: string;
  name: string;
  served_on: string;
  diners: number;
  state: Plan["state"];
  stations: { station: string; name: string; dishes: SheetDish[] }[];
}

export interface Sample {
  id: number;
  code: string;
  canteen_name: string;
  date: string;
  period_name: string;
  dish_name: string;
  weight_g: number;
  fridge: string;
  is_extra: boolean;
  reason: string;
  taken_at: string;
  taken_by_name: string;
  due_at: string;
  state: "kept" | "due" | "overdue" | "disposed" | "void";
  state_name: string;
  is_locked: boolean;
  lock_reason: string;
  disposed_at: string | null;
  disposed_by_name: string;
  disposal: string;
  can_dispose: boolean;
  can_void: boolean;
}

export interface SampleDish {
  dish_id: number;
  name: string;
  samples: Sample[];
  waiver: { id: number; reason: string } | null;
  is_missing: boolean;
}

export interface SampleSheet {
  minimum_g: number;
  usual_g: number;
  hours: number;
  fridges: string[];
  meals: { period: string; period_name: string; missing: number; dishes: SampleDish[] }[];
}

export interface MorningWorker {
  worker_id: number;
  name: string;
  job: string;
  has_notice: boolean;
  certificate_state: "valid" | "expiring" | "expired" | "missing";
  certificate_until: string | null;
  check: {
    id: number;
    outcome: "fit" | "blocked";
    outcome_name: string;
    checked_at: string;
    checked_by_name: string;
    is_cleared: boolean;
  } | null;
  is_fit: boolean;
  unfit: { code: string; text: string }[];
  duty: { id: number; post: string; begun_at: string; ended_at: string | null } | null;
}

export interface MorningSheet {
  shift: string;
  shift_name: string;
  fever_dc: number;
  symptoms: { code: number; name: string }[];
  unchecked: number;
  workers: MorningWorker[];
}

export interface Excursion {
  id: number;
  fridge_name: string;
  began_at: string;
  ended_at: string | null;
  minutes: number;
  extreme_dc: number;
  is_high: boolean;
  action: string;
  needs_action: boolean;
}

export interface FridgeDay {
  fridge: {
    id: number;
    name: string;
    kind_name: string;
    location: string;
    minimum_dc: number;
    maximum_dc: number;
    device_name: string;
  };
  latest: { temperature_dc: number; measured_at: string; is_out: boolean } | null;
  readings: number;
  manual_readings: number;
  is_short: boolean;
  excursion: Excursion | null;
}

export interface StationDay {
  station_id: number;
  station: string;
  keeper: string;
  items: number;
  answered: number;
  failed: number;
  is_complete: boolean;
}

export interface CleaningTask {
  id: number;
  target: string;
  kind: "clean" | "disinfect";
  method_name: string;
  agent: string;
  least_mg_l: number | null;
  least_minutes: number | null;
}

export interface DueTask {
  task: CleaningTask;
  done: number;
  due: number;
  is_done: boolean;
}

export interface HygieneDay {
  is_open: boolean;
  checked: number;
  stations: StationDay[];
  tasks: DueTask[];
}

export interface StationLine {
  item_id: number;
  scheme: string;
  heading: string;
  text: string;
  is_ok: boolean | null;
  remark: string;
}

export interface StationSheet {
  station_id: number;
  station: string;
  canteen_id: number;
  keeper: string;
  date: string;
  is_complete: boolean;
  lines: StationLine[];
  tasks: DueTask[];
}

export interface ControlLine {
  item_id: number;
  area: string;
  area_name: string;
  text: string;
  is_ok: boolean | null;
  remark: string;
}

export interface ControlDay {
  canteen_id: number;
  date: string;
  is_open: boolean;
  state: "none" | "open" | "closed";
  found: number;
  is_zero_risk: boolean;
  answered: number;
  items: number;
  closed_by_name: string;
  lines: ControlLine[];
}

export interface Finding {
  id: number;
  area_name: string;
  description: string;
  measure: string;
  responsible: string;
  found_on: string;
  due_date: string;
  state: string;
  state_name: string;
  is_overdue: boolean;
  found_by_name: string;
  rectified_by_name: string;
  rectification: string;
  revision: number;
  photos?: { full: string; thumb: string }[];
  events?: { step_name: string; text: string; at: string; by_name: string }[];
}

export interface HandOver {
  id: number;
  handed_at: string;
  kind: string;
  weight_g: number;
  receiver: string;
  licence_no: string;
  is_taken_back: boolean;
}

export interface Additive {
  id: number;
  name: string;
  limit_mg_per_kg: number | null;
}

export interface AdditiveUse {
  id: number;
  name: string;
  used_at: string;
  weight_mg: number;
  food_g: number;
  dish: string;
  is_over: boolean;
  is_taken_back: boolean;
}

export interface ExpectedLine {
  id: number;
  ingredient_id: number;
  ingredient_name: string;
  ordered_g: number;
  received_g: number;
  rest_g: number;
}

export interface ExpectedOrder {
  id: number;
  number: string;
  supplier_name: string;
  expected_on: string;
  lines: ExpectedLine[];
}

export interface Receipt {
  id: number;
  number: string;
  supplier_name: string;
  received_at: string;
  received_by_name: string;
  checked_by_name: string;
  state: "waiting" | "accepted" | "returned" | "voided";
  reason: string;
  lines: ReceiptLine[];
}

export interface ReceiptLine {
  id: number;
  name: string;
  net_g: number;
  is_accepted: boolean;
  refusal: string;
  lot: string;
  expires_on: string | null;
  batch: string | null;
}

export interface StoreBatch {
  id: number;
  code: string;
  canteen: string;
  ingredient: string;
  supplier: string;
  lot: string;
  produced_on: string | null;
  expires_on: string | null;
  received_at: string;
  quantity_g: number;
  remaining_g: number;
  location: string;
  is_blocked: boolean;
  blocked_reason: string;
  usability: "usable" | "expiring" | "expired" | "blocked" | "empty";
}

export interface Count {
  id: number;
  number: string;
  title: string;
  state: "open" | "counted" | "approved" | "rejected" | "cancelled";
  opened_at: string;
  opened_by_name: string;
  lines: number;
  counted: number;
  counted_by_name: string;
  decision: string;
  /** What the books say otherwise: known once the count was handed in. */
  differing: number | null;
}

export interface CountLine {
  batch_id: number;
  batch: string;
  ingredient: string;
  lot: string;
  location: string;
  counted_g: number | null;
  difference_g: number | null;
}
