/**
 * `uni` as WeChat's side of it behaves, over Node's fetch: callbacks, lower or mixed case headers, a string
 * from uploadFile, every HTTP status in `success`, and files by paths.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

interface Asked {
  url: string;
  method?: string;
  header?: Record<string, string>;
  data?: string;
  filePath?: string;
  name?: string;
  timeout?: number;
  success: (result: Record<string, unknown>) => void;
  fail: (failure: { errMsg: string }) => void;
}

export interface Host {
  /** How often the app asked WeChat for a login code. */
  logins: number;
  /** Where the app went by itself. */
  visited: string[];
  storage: Map<string, string>;
}

/** Puts `uni` in its place. `person` is whose WeChat this is. */
export function installHost(server: string, person: string): Host {
  const host: Host = { logins: 0, visited: [], storage: new Map() };

  function send(
    asked: Asked,
    init: RequestInit,
    take: (answer: Response) => Promise<Record<string, unknown>>,
  ) {
    fetch(asked.url, { ...init, signal: AbortSignal.timeout(asked.timeout ?? 60_000) })
      .then(async (answer) => asked.success(await take(answer)))
      .catch((error: Error) =>
        asked.fail({ errMsg: error.name === "TimeoutError" ? "request:fail timeout" : "request:fail" }),
      );
  }

  const uni = {
    request(asked: Asked) {
      send(asked, { method: asked.method, headers: asked.header, body: asked.data }, async (answer) => ({
        statusCode: answer.status,
        data: await answer.text(),
        header: { Date: answer.headers.get("date") },
      }));
    },
    uploadFile(asked: Asked) {
      const form = new FormData();
      form.append(asked.name!, new Blob([readFileSync(asked.filePath!)]), basename(asked.filePath!));
      send(asked, { method: "POST", headers: asked.header, body: form }, async (answer) => ({
        statusCode: answer.status,
        data: await answer.text(),
      }));
    },
    downloadFile(asked: Asked) {
      send(asked, { headers: asked.header }, async (answer) => {
        const path = join(tmpdir(), `houqin-live-${process.pid}-${host.visited.length}`);
        writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
        return { statusCode: answer.status, tempFilePath: path };
      });
    },
    getFileSystemManager: () => ({
      readFile(asked: Asked) {
        asked.success({ data: readFileSync(asked.filePath!, "utf8") });
      },
    }),
    login(asked: Asked) {
      host.logins += 1;
      fetch(`${server}/simulator/code?staff_no=${encodeURIComponent(person)}`)
        .then((answer) => answer.json())
        .then((answer) => asked.success({ code: answer.data.code }))
        .catch(() => asked.fail({ errMsg: "login:fail" }));
    },
    getStorageSync: (key: string) => host.storage.get(key) ?? "",
    setStorageSync: (key: string, text: string) => void host.storage.set(key, text),
    removeStorageSync: (key: string) => void host.storage.delete(key),
    navigateTo: ({ url }: { url: string }) => void host.visited.push(url),
    reLaunch: ({ url }: { url: string }) => void host.visited.push(url),
  };
  Object.assign(globalThis, { uni, getCurrentPages: () => [] });
  return host;
}
