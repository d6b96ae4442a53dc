import { reactive } from "vue";

import { api } from "@/api";
import { home, present } from "@/navigation";
import { ApiError, asApiError } from "@/request/errors";
import type { AppInfo, LoggedIn, Profile } from "@/session-types";

const DECISION = "houqin.policy";
const PERSON = "houqin.demo.person";
const TICKET = "houqin.ticket";
const LOGIN_PAGES = "pages/login/";
const PASSWORD_PAGE = "pages/password";

/** Who is logged in, and what the server says of itself. */
export const session = reactive({
  user: null as Profile | null,
  info: null as AppInfo | null,
});

/** The login is not complete until the initial password was changed. */
let isSomebodyElse = false;
let mustChangePassword = false;
let waiting: { resolve: () => void; reject: (error: ApiError) => void } | null = null;

api.settings.renew = renew;

/** Whether the person holds the permission anywhere. */
export function can(permission: string): boolean {
  return session.user?.permissions.some((each) => each.permission === permission) ?? false;
}

/** The canteens, campuses or buildings for which the permission was given; `null` means everywhere. */
export function reach(permission: string, kind: "campus" | "canteen" | "building"): number[] | null {
  const held = session.user?.permissions.filter((each) => each.permission === permission) ?? [];
  if (held.some((each) => each.scope_kind === "compound")) return null;
  return held.filter((each) => each.scope_kind === kind).map((each) => each.scope_id);
}

/** Who is logged in; asks the server once, and for a login if there is none. */
export async function ensureUser(): Promise<Profile> {
  if (!session.user || !api.token) session.user = await api.get<Profile>("/me");
  return session.user;
}

/** Asks again who is logged in: something about the person has changed. */
export async function refreshUser(): Promise<void> {
  session.user = await api.get<Profile>("/me");
}

/** What the server says of itself; asked once. */
export async function ensureInfo(): Promise<AppInfo> {
  session.info ??= await api.get<AppInfo>("/app/info", {}, { authorized: false });
  return session.info;
}

/** Whether the person has said on this phone what they think of the privacy policy that holds: yes or no. */
export function hasDecided(): boolean {
  return decision() !== null;
}

/**
 * The person agrees to the privacy policy or does not; told to the server with the next login, or now if
 * there is one. Not agreeing takes nothing away: what the office needs by law is used in any case.
 */
export async function decide(isAgreed: boolean): Promise<void> {
  const info = await ensureInfo();
  api.platform.storage.set(DECISION, `${info.privacy_version} ${isAgreed ? "yes" : "no"}`);
  if (api.token) await recordDecision();
}

/** Tells the server what was decided on this phone, if it was. */
export async function recordDecision(): Promise<void> {
  const isAgreed = decision();
  const version = session.info?.privacy_version;
  if (version && isAgreed !== null) await api.post("/me/consents", { version, is_agreed: isAgreed });
}

/** Shows a new version of the privacy policy to whoever is logged in, once. */
export async function askAboutPolicy(): Promise<void> {
  if (!api.token) return;
  const info = await ensureInfo();
  if (info.privacy_version && !hasDecided() && !isOfLogin(present()))
    uni.navigateTo({ url: "/pages/login/welcome?update=1" });
}

/** Logs in by staff number and password. Throws ApiError: `identity.second_factor_required` asks for a code. */
export async function logInByPassword(staffNo: string, password: string, code: string): Promise<void> {
  const proof = { provider: "password", staff_no: staffNo, password };
  await enter(await sendLogin(code ? { ...proof, second_factor_code: code } : proof));
}

/** Logs in as somebody of the demo, by the code that WeChat would give to them. */
export async function logInAsDemoPerson(staffNo: string): Promise<void> {
  api.platform.storage.set(PERSON, staffNo);
  if (!(await logInByHost())) showBinding();
}

/** The phone number's code as the demo's WeChat gives it; on a real phone WeChat's own button does. */
export async function demoPhoneCode(): Promise<string> {
  const query = { staff_no: api.platform.storage.get(PERSON) };
  return (await simulated<{ code: string }>("/phone-code", query)).code;
}

/** The people that can be picked in the demo. */
export function demoPeople(query: string, offset: number): Promise<{ list: DemoPerson[]; total: number }> {
  return simulated("/people", { query, offset });
}

export interface DemoPerson {
  staff_no: string;
  name: string;
  department: string;
  title: string;
  group: string;
  is_fixed: boolean;
}

/** The ticket of an account that is bound to nobody yet. */
export function bindTicket(): string {
  return api.platform.storage.get(TICKET);
}

/** Logs in by the host's account without asking; false if that account is bound to nobody. */
export async function logInByHost(): Promise<boolean> {
  const result = await sendLogin({ provider: "wechat_mp", app: "default", code: await hostCode() });
  if (result.token) {
    await enter(result);
    return true;
  }
  api.platform.storage.set(TICKET, result.bind_ticket ?? "");
  return false;
}

/** The way on from the welcome page, once the person has decided. */
export async function proceed(): Promise<void> {
  const info = await ensureInfo();
  if (!__IS_H5__) {
    try {
      if (!(await logInByHost())) showBinding();
      return;
    } catch (error) {
      // A developer's tool without an app of its own: in the demo somebody can be picked all the same.
      if (!info.is_demo) throw error;
    }
  }
  uni.navigateTo({ url: info.is_demo ? "/pages/login/picker" : "/pages/login/login" });
}

/** Takes a login over: the calls that waited for it go on, and the login's pages close. */
export async function enter(result: LoggedIn): Promise<void> {
  const before = session.user;
  api.token = result.token ?? "";
  api.platform.storage.remove(TICKET);
  session.user = result.user ?? null;
  recordDecision().catch(() => undefined); // Told again with the next login.
  isSomebodyElse = before !== null && before.id !== session.user?.id;
  mustChangePassword = result.must_change_password ?? false;
  if (mustChangePassword) uni.navigateTo({ url: `/${PASSWORD_PAGE}?must=1` });
  else finish();
}

/** The login is complete. Of another person than before, nothing that waited may go on in their name. */
export function finish(): void {
  const waited = waiting;
  waiting = null;
  if (isSomebodyElse) {
    waited?.reject(new ApiError(0, "client.identity_changed", "登录身份已变更，请重新操作"));
    home();
    return;
  }
  const pages = getCurrentPages();
  const first = pages.findIndex((page) => isOfLogin(page.route ?? ""));
  mustChangePassword = false;
  if (first === 0) home();
  else if (first > 0) uni.navigateBack({ delta: pages.length - first });
  waited?.resolve();
}

/** A page of the login was left: if none is seen any more, whoever waited has waited in vain. */
export function leaveLogin(): void {
  // The page that follows is known only afterwards.
  setTimeout(() => {
    if (!waiting || isOfLogin(present())) return;
    waiting.reject(new ApiError(401, "client.login_abandoned", "请先登录"));
    waiting = null;
  }, 350);
}

/** Ends the session here and at the server, and goes back to the first page. */
export async function logOut(): Promise<void> {
  await api.post("/auth/logout", {}, { key: false }).catch((error: unknown) => {
    if (asApiError(error).status !== 401) throw error;
  });
  forget();
  home();
}

/** Forgets who was logged in. */
export function forget(): void {
  api.token = "";
  session.user = null;
  api.platform.storage.remove(PERSON);
}

/** Gets a login: without a word where the host knows the person, otherwise by the login's pages. */
async function renew(): Promise<void> {
  const info = await ensureInfo();
  if (await logInSilently(info)) return;
  await new Promise<void>((resolve, reject) => {
    waiting = { resolve, reject };
    if (!isOfLogin(present())) uni.navigateTo({ url: loginPage(info) });
  });
}

async function logInSilently(info: AppInfo): Promise<boolean> {
  const isKnown = !__IS_H5__ || (info.is_demo && api.platform.storage.get(PERSON));
  if (!isKnown || !hasDecided()) return false;
  try {
    return await logInByHost();
  } catch (thrown) {
    const error = asApiError(thrown);
    if (!info.is_demo || error.isNetwork || error.status >= 500) throw error;
    api.platform.storage.remove(PERSON);
    return false;
  }
}

function isOfLogin(page: string): boolean {
  return page.startsWith(LOGIN_PAGES) || (mustChangePassword && page === PASSWORD_PAGE);
}

function loginPage(info: AppInfo): string {
  if (!hasDecided()) return "/pages/login/welcome";
  if (bindTicket()) return "/pages/login/bind";
  return info.is_demo ? "/pages/login/picker" : "/pages/login/login";
}

function showBinding(): void {
  if (!present().endsWith("login/bind")) uni.navigateTo({ url: "/pages/login/bind" });
}

function sendLogin(proof: Record<string, string>): Promise<LoggedIn> {
  return api.post<LoggedIn>("/auth/login", proof, { authorized: false, key: false });
}

async function hostCode(): Promise<string> {
  const staffNo = api.platform.storage.get(PERSON);
  if (session.info?.is_demo && staffNo)
    return (await simulated<{ code: string }>("/code", { staff_no: staffNo })).code;
  return api.platform.login().catch(() => {
    throw new ApiError(0, "client.host_login", "微信登录没有成功，请稍后重试");
  });
}

function simulated<T>(path: string, query: Record<string, string | number>): Promise<T> {
  return api.get<T>(path, query, { authorized: false, prefix: session.info?.simulator_url ?? "/simulator" });
}

function decision(): boolean | null {
  const [version, word] = api.platform.storage.get(DECISION).split(" ");
  return session.info && word && version === session.info.privacy_version ? word === "yes" : null;
}
