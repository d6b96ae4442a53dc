// Writes WECHAT_APPID, if it is set, into the built mini-program: which app it is uploaded as.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const appid = process.env.WECHAT_APPID;
if (appid) {
  const built = join(dirname(fileURLToPath(import.meta.url)), "..", "dist", "build", "mp-weixin");
  const file = join(process.env.UNI_OUTPUT_DIR ?? built, "project.config.json");
  const config = { ...JSON.parse(readFileSync(file, "utf8")), appid };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
}
