import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import uniPlugin from "@dcloudio/vite-plugin-uni";
import { defineConfig } from "vite";

// The package is CommonJS: depending on who loads this file, its plugin is the default of the default.
const uni = typeof uniPlugin === "function" ? uniPlugin : uniPlugin.default;
const platform = process.env.UNI_PLATFORM ?? "h5";
const require = createRequire(import.meta.url);

/** wot-design-uni fetches its icon font from a CDN: WeChat gets it within the style sheet, a browser has a file. */
function localIconFont() {
  const file = require.resolve("wot-design-uni/components/wd-icon/wd-icons.ttf");
  const font = `url("data:font/ttf;base64,${readFileSync(file).toString("base64")}") format("truetype")`;
  return {
    postcssPlugin: "local-icon-font",
    AtRule: {
      "font-face": (rule) =>
        rule.walkDecls("src", (declaration) => {
          if (!declaration.value.includes("at.alicdn.com")) return;
          if (platform === "h5") rule.remove();
          else declaration.value = font;
        }),
    },
  };
}

/** Takes out the addresses of others that libraries bring: help pages, an advertiser, pictures nobody asks for. */
function noOutsideAddresses() {
  const outside = /https?:\/\/(?:[\w-]+\.)*(?:dcloud\.net\.cn|dcloud\.io|vuejs\.org)[^"'`)\s]*/g;
  return {
    name: "no-outside-addresses",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk") file.code = file.code.replace(outside, "");
        else if (typeof file.source === "string") file.source = file.source.replace(outside, "data:,");
      }
    },
  };
}

/** The mini-program calls a role `aria-role`. */
function miniProgramRoles() {
  return {
    name: "mini-program-roles",
    enforce: "pre",
    transform(code, id) {
      if (platform === "h5" || !id.includes("/src/") || !id.endsWith(".vue")) return null;
      return code.replace(/(\s:?)role=/g, "$1aria-role=");
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [miniProgramRoles(), ...[uni()].flat(), noOutsideAddresses()],
  css: { postcss: { plugins: [localIconFont()] } },
  build: { target: "es2018", reportCompressedSize: false },
  server: {
    port: 8410,
    proxy: Object.fromEntries(
      ["/api", "/media", "/simulator"].map((path) => [
        path,
        process.env.HOUQIN_SERVER ?? "http://127.0.0.1:8000",
      ]),
    ),
  },
  define: {
    // Where the mini-program finds the server; the browser asks where it came from.
    __SERVER__: JSON.stringify(
      platform === "h5" ? "" : (process.env.HOUQIN_SERVER ?? "http://127.0.0.1:8000"),
    ),
    __IS_H5__: JSON.stringify(platform === "h5"),
    __VERSION__: JSON.stringify(process.env.HOUQIN_VERSION ?? "0.1.0"),
  },
});
