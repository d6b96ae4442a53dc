import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  define: { __SERVER__: '"http://server"', __IS_H5__: "false", __VERSION__: '"test"' },
  test: { include: ["tests/**/*.test.ts"], exclude: ["tests/live/**"] },
});
