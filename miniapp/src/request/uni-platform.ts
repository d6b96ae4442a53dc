import { type HostAnswer, HostFailure, type Platform } from "./platform";

/** The host by uni-app's API, which WeChat and the browser share. */
export const uniPlatform: Platform = {
  request(call) {
    return new Promise((resolve, reject) => {
      uni.request({
        url: call.url,
        method: call.method,
        header: call.headers,
        data: call.body,
        timeout: call.timeoutMs,
        // As text: one way of reading it on every host.
        dataType: "text",
        success: (result) =>
          resolve({ status: result.statusCode, body: result.data, headers: lowered(result.header) }),
        fail: (failure) => reject(failed(failure.errMsg)),
      });
    });
  },

  upload(call) {
    return new Promise((resolve, reject) => {
      uni.uploadFile({
        url: call.url,
        filePath: call.path,
        name: "file",
        header: call.headers,
        timeout: call.timeoutMs,
        success: (result) =>
          resolve({ status: result.statusCode, body: result.data, headers: lowered(headersOf(result)) }),
        fail: (failure) => reject(failed(failure.errMsg)),
      });
    });
  },

  download(call) {
    return new Promise((resolve, reject) => {
      uni.downloadFile({
        url: call.url,
        header: call.headers,
        timeout: call.timeoutMs,
        success: (result) => {
          const { statusCode: status, tempFilePath: path } = result;
          if (status < 400) resolve({ status, path, body: "" });
          else readText(path).then((body) => resolve({ status, path, body }));
        },
        fail: (failure) => reject(failed(failure.errMsg)),
      });
    });
  },

  login() {
    return new Promise((resolve, reject) => {
      uni.login({
        success: (result) => resolve(result.code),
        fail: (failure) => reject(failed((failure as { errMsg?: string }).errMsg)),
      });
    });
  },

  storage: {
    get: (key) => String(uni.getStorageSync(key) ?? ""),
    set: (key, text) => uni.setStorageSync(key, text),
    remove: (key) => uni.removeStorageSync(key),
  },
};

function failed(text = ""): HostFailure {
  return new HostFailure(text, /time[- ]?out|超时/i.test(text));
}

function headersOf(result: object): HostAnswer["headers"] {
  return "header" in result ? (result.header as HostAnswer["headers"]) : {};
}

function lowered(headers: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** The text of a file that was fetched; empty if it cannot be read. */
function readText(path: string): Promise<string> {
  if (path.startsWith("blob:")) return fetch(path).then((answer) => answer.text());
  return new Promise((resolve) => {
    uni.getFileSystemManager().readFile({
      filePath: path,
      encoding: "utf8",
      success: (result) => resolve(String(result.data)),
      fail: () => resolve(""),
    });
  });
}
