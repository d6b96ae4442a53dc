/** A module of the house as the page 服务 shows it; see docs/guides/phone-pages.md. */
export interface Module {
  name: string;
  title: string;
  entries: readonly Entry[];
}

/** One thing that a module offers, to whoever holds the permission. */
export interface Entry {
  title: string;
  icon: IconName;
  /** The page's path with its query, without a slash at its beginning. */
  page: string;
  permission: string;
}

/** What src/icons.txt names. */
export type IconName = keyof typeof import("@/generated/icons").ICONS;
