/** What the API answers about demands. */
export type DoorKind = "repair" | "snap" | "service" | "complaint" | "suggestion" | "faq";

export interface Choice {
  kind: DoorKind;
  id: number | null;
  code: string;
  name: string;
  page: string;
}

export interface Triage {
  kind: DoorKind;
  choice: Choice;
  reason: string[];
  alternatives: (Choice & { reason: string[] })[];
}

export interface DemandCategory {
  id: number;
  kind: string;
  code: string;
  name: string;
  hint: string;
  anonymity: "never" | "allowed" | "preferred";
  deadline: string;
  needs_photo: boolean;
  needs_place: boolean;
  is_wall_allowed: boolean;
}

export interface Links {
  full: string;
  thumb: string;
}

/** By when demands of a class are taken up and answered. */
export interface Deadline {
  deadline: string;
  deadline_name: string;
  response_text: string;
  answer_text: string;
}

export interface KeptPhoto {
  id: number;
  links: Links;
}

export interface SimilarReport {
  id: number;
  category_name: string;
  excerpt: string;
  place_path: string;
  state: string;
  state_name: string;
  submitted_at: string;
  followers: number;
  is_followed: boolean;
  is_mine: boolean;
  distance_m: number | null;
}

interface Named {
  id: number;
  name: string;
}

export interface ReportRow {
  id: number;
  number: string;
  kind: string;
  kind_name: string;
  category: Named;
  state: string;
  state_name: string;
  text: string;
  photos: Links[];
  place: { path: string } | null;
  office: Named | null;
  reporter_name: string;
  department_name: string;
  submitted_at: string;
  published_at: string | null;
  due_at: string | null;
  due_text: string;
  is_provisional: boolean;
  is_paused: boolean;
  is_overdue: boolean;
  is_supervised: boolean;
  is_lapsed: boolean;
  is_anonymous: boolean;
  is_mine: boolean;
  is_followed: boolean;
  review_on: string | null;
  outcome: string;
  outcome_name: string;
  followers: number;
  reopenings: number;
}

export interface Happening {
  id: number;
  at: string;
  cycle: number;
  step: string;
  step_name: string;
  actor_name: string;
  text: string;
  is_public: boolean;
  photos: Links[];
}

interface Related {
  id: number;
  number: string;
  state_name: string;
}

export interface Report extends ReportRow {
  reply: string;
  is_wall_allowed: boolean;
  is_wall_consented: boolean;
  contact_phone: string;
  public_text: string;
  public_photos: Links[];
  master: Related | null;
  follows: Related | null;
  duplicates: Related[];
  timeline: Happening[];
  reopens_until: string | null;
  can: string[];
}

/** The order that a demand was turned into. */
export interface ReportOrder {
  order_id: number;
  number: string;
  state_name: string;
  category_name: string;
  result: string;
  after_photos: { id: number; url: string; thumb_url: string }[];
}

export interface Application {
  id: number;
  report_id: number;
  report_number: string;
  report_text: string;
  kind: string;
  kind_name: string;
  state: string;
  state_name: string;
  office_name: string;
  reason: string;
  wanted_office_name: string;
  until_at: string | null;
  review_on: string | null;
  due_at: string | null;
  asked_at: string;
  asked_by_name: string;
  decided_by_name: string;
  decision: string;
  can_decide: boolean;
}

/** A case whose reporter is to be asked. */
export interface DueVisit {
  id: number;
  number: string;
  category_name: string;
  text: string;
  place_path: string;
  office_name: string;
  replied_at: string;
  reason_name: string;
}

export interface Visit {
  id: number;
  report_id: number;
  report_number: string;
  visited_at: string;
  visited_by_name: string;
  is_reached: boolean;
  outcome_name: string;
  grade: number | null;
  text: string;
}

/** What a resident unit demands of an office. */
export interface UnitDemand {
  id: number;
  meeting_on: string;
  department_name: string;
  office_name: string;
  text: string;
  due_on: string;
  state: string;
  state_name: string;
  is_overdue: boolean;
  carried: number;
  answer: string;
  can: string[];
}

export interface UnitDemandDetail extends UnitDemand {
  events: { at: string; step_name: string; actor_name: string; text: string }[];
}

/** A monthly bulletin. */
export interface Review {
  id: number;
  period_name: string;
  title: string;
  issue_no: string;
  version: number;
  state: string;
  published_at: string | null;
}

interface Evidence {
  count: number;
  is_withheld: boolean;
  satisfied_rate: string | null;
  average: string | null;
}

/** What has to be mended because it was rated low. */
export interface Rectification {
  id: number;
  service_title: string;
  provider_name: string;
  month: string;
  title: string;
  demand: string;
  state: string;
  state_name: string;
  is_overdue: boolean;
  owner_name: string | null;
  owner_office_name: string | null;
  due_on: string;
  before: Evidence;
  after: Evidence | null;
}

export interface RectificationDetail extends Rectification {
  revision: number;
  measures: string;
  closing_reason: string;
  photos: Links[];
  steps: { step_name: string; at: string; by_name: string; text: string }[];
  can: string[];
}

/** A wish to know who an unnamed reporter is. */
export interface SealRequest {
  id: number;
  report_id: number;
  number: string;
  reason: string;
  state: string;
  state_name: string;
  asked_by_name: string;
  asked_at: string;
  decided_by_name: string;
  text: string;
  look_until: string | null;
  can_decide: boolean;
  can_look: boolean;
}

export interface ReportRating {
  can_rate: boolean;
  closes_at: string | null;
  dimensions: { code: string; title: string }[];
  rating: { scores: Record<string, number>; text: string } | null;
  outcome: string;
}

export interface ReportCounts {
  mine_open: number;
  to_rate: number;
  office: number;
  pending: number;
  accepted: number;
  overdue: number;
  supervised: number;
}

/** A small service and what it asks for. */
export interface Service {
  id: number;
  code: string;
  name: string;
  icon: string;
  intro: string;
  hours: string;
  needs_photo: boolean;
  needs_place: boolean;
  form: Field[];
}

export interface Field {
  key: string;
  title: string;
  type:
    | "text"
    | "long_text"
    | "number"
    | "choice"
    | "choices"
    | "date"
    | "datetime"
    | "place"
    | "phone"
    | "plate_no";
  required: boolean;
  choices: string[];
  min: number | null;
  max: number | null;
  hint: string;
}

export interface Request {
  id: number;
  answers: { key: string; title: string; type: string; text: string }[];
}

export interface Entry {
  id: number;
  section: string;
  question: string;
  answer: string;
  helpful: number;
  my_vote: boolean | null;
}

export interface Found {
  id: number;
  title: string;
  description: string;
  place_path: string;
  found_on: string;
  kept_at: string;
  state: string;
  state_name: string;
  photos: KeptPhoto[];
  is_claimed_by_me: boolean;
}

export interface ProjectRow {
  id: number;
  title: string;
  intro: string;
  place_path: string;
  office_name: string;
  state: string;
  state_name: string;
  followers: number;
  is_followed: boolean;
  milestones_done: number;
  milestones: number;
  photo: Links | null;
}

export interface Project {
  project: ProjectRow & { revision: number };
  photos: KeptPhoto[];
  plan: {
    id: number;
    title: string;
    due_on: string;
    state: string;
    state_name: string;
    done_on: string | null;
    is_overdue: boolean;
  }[];
  /** The latest first. */
  notes: {
    id: number;
    step_name: string;
    noted_at: string;
    noted_by_name: string;
    text: string;
    photos: Links[];
  }[];
  can: string[];
}

export interface NoticeItem {
  id: number;
  kind: string;
  kind_name: string;
  title: string;
  summary: string;
  cover: Links | null;
  published_at: string;
  expires_at: string | null;
  is_pinned: boolean;
  is_unread: boolean;
  is_withdrawn: boolean;
  attachment_count: number;
}

export interface Notice extends NoticeItem {
  body: string;
  photos: Links[];
  attachments: { id: number; name: string; size: number; url: string }[];
  changed_at: string | null;
  changes: { at: string; fields: string[] }[];
  is_expired: boolean;
  reads: number | null;
  withdrawal: { at: string; reason: string } | null;
}

export interface SurveyRow {
  id: number;
  title: string;
  intro: string;
  stops_on: string;
  questions: number;
  has_answered: boolean;
}

export interface Question {
  id: number;
  position: number;
  kind: "single" | "multiple" | "scale" | "text" | "matrix";
  kind_name: string;
  text: string;
  most: number | null;
  options: { id: number; text: string }[];
}

export interface Survey extends Omit<SurveyRow, "questions"> {
  questions: Question[];
}
