/** What `GET /me` answers. */
export interface Profile {
  id: number;
  staff_no: string;
  name: string;
  phone: string | null;
  card_no: string | null;
  postings: { department_id: number; department: string; path: string; title: string; is_primary: boolean }[];
  permissions: { permission: string; scope_kind: string; scope_id: number }[];
  must_change_password: boolean;
}

/** What `GET /app/info` answers. */
export interface AppInfo {
  name: string;
  organisation: string;
  scope_notice: string;
  contact: string;
  icp_no: string;
  review_hint: string;
  privacy_version: string;
  is_demo: boolean;
  simulator_url: string | null;
}

/** What a login answers: a token, or a ticket of an account that is bound to nobody. */
export interface LoggedIn {
  token?: string;
  user?: Profile;
  must_change_password?: boolean;
  bind_ticket?: string;
}
