// Writes src/pages.json and src/generated/modules.ts from src/main-package.json and every
// src/pages/<module>/module.json. A module is a folder: its pages become one WeChat sub-package.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), "..", "src");
const PAGE_KEYS = new Set(["path", "title", "refresh", "plain", "style"]);
const ENTRY_KEYS = new Set(["title", "icon", "page", "permission"]);

function read(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function check(file, thing, allowed) {
  const unknown = Object.keys(thing).filter((key) => !allowed.has(key));
  if (unknown.length) throw new Error(`${file}: unknown ${unknown.join(", ")}`);
}

/** A page as uni-app wants it. `refresh`: pull to refresh; `plain`: without the native title bar. */
function page(file, given) {
  check(file, given, PAGE_KEYS);
  const style = { navigationBarTitleText: given.title, ...given.style };
  if (given.refresh) style.enablePullDownRefresh = true;
  if (given.plain) style.navigationStyle = "custom";
  return { path: given.path, style };
}

function modules() {
  const folders = readdirSync(join(SOURCE, "pages"), { withFileTypes: true });
  return folders
    .filter((each) => each.isDirectory() && existsSync(join(SOURCE, "pages", each.name, "module.json")))
    .map((each) => ({ name: each.name, ...read(join(SOURCE, "pages", each.name, "module.json")) }))
    .sort((one, other) => (one.order ?? 100) - (other.order ?? 100) || one.name.localeCompare(other.name));
}

/** The paths of all pages, in the main package and in the modules. */
function wholePaths(main, found) {
  return [
    ...main.map(({ path }) => path),
    ...found.flatMap(({ name, pages: own }) => own.map(({ path }) => `pages/${name}/${path}`)),
  ];
}

/** Writes only what differs, so that a running dev server is not told of changes that are none. */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

const { pages, ...rest } = read(join(SOURCE, "main-package.json"));
const found = modules();
for (const each of found) {
  for (const entry of each.entries ?? []) check(`${each.name}/module.json`, entry, ENTRY_KEYS);
  for (const { path } of each.pages) {
    if (!existsSync(join(SOURCE, "pages", each.name, `${path}.vue`)))
      throw new Error(`${each.name}/module.json names ${path}, which does not exist`);
  }
}
for (const path of wholePaths(pages, found)) {
  // The mini-program's build would write both to one file, and the page would be gone.
  if (existsSync(join(SOURCE, `${path}.ts`)))
    throw new Error(`${path}.ts bears the name of a page: rename it`);
}
const withPages = found.filter((each) => each.pages.length);
const whole = {
  ...rest,
  pages: pages.map((each) => page("main-package.json", each)),
  subPackages: withPages.map((each) => ({
    root: `pages/${each.name}`,
    name: each.name,
    pages: each.pages.map((one) => page(`${each.name}/module.json`, one)),
  })),
};
write(join(SOURCE, "pages.json"), `${JSON.stringify(whole, null, 2)}\n`);
const entries = found.map(({ name, title, entries: own }) => ({ name, title, entries: own ?? [] }));
write(
  join(SOURCE, "generated", "modules.ts"),
  `// Written by scripts/pages.mjs.\nimport type { Module } from "@/modules";\n\n` +
    `export const MODULES: readonly Module[] = ${JSON.stringify(entries, null, 2)};\n`,
);
