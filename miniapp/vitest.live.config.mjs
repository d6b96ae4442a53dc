// Against a running server (HOUQIN_SERVER): `npm run test:live`, started by tests/miniapp/test_wechat_path.py.
import { mergeConfig } from "vitest/config";

import plain from "./vitest.config.mjs";

export default {
  ...mergeConfig(plain, { define: { __SERVER__: JSON.stringify(process.env.HOUQIN_SERVER ?? "") } }),
  test: { include: ["tests/live/*.test.ts"] },
};
