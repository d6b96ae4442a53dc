// Writes src/generated/icons.ts: the drawings (Tabler Icons, MIT) that src/icons.txt names, as data addresses.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const ICONS = join(ROOT, "node_modules", "@tabler", "icons", "icons");
const TARGET = join(ROOT, "src", "generated", "icons.ts");

function drawing(name) {
  const [plain, style] = name.endsWith("-filled") ? [name.slice(0, -7), "filled"] : [name, "outline"];
  const path = join(ICONS, style, `${plain}.svg`);
  if (!existsSync(path)) throw new Error(`icons.txt: there is no icon ${name}`);
  const svg = readFileSync(path, "utf8")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/ class="[^"]*"/, "")
    .replace(/\s+/g, " ")
    .replaceAll("> <", "><")
    .replaceAll('"', "'")
    .trim();
  return `data:image/svg+xml,${svg.replace(/[%#<>]/g, (each) => encodeURIComponent(each))}`;
}

const names = readFileSync(join(ROOT, "src", "icons.txt"), "utf8")
  .split(/\s+/)
  .filter(Boolean)
  .sort();
const lines = [...new Set(names)].map((name) => `  "${name}": "${drawing(name)}",`);
const text = `// Written by scripts/icons.mjs.\nexport const ICONS = {\n${lines.join("\n")}\n} as const;\n`;
mkdirSync(dirname(TARGET), { recursive: true });
if (!existsSync(TARGET) || readFileSync(TARGET, "utf8") !== text) writeFileSync(TARGET, text);
