import { api } from "@/api";
import type { Query } from "@/request/client";
import { ApiError } from "@/request/errors";

const DOCUMENTS = ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx"];

/** Fetches a file of the API and opens it (WeChat) or saves it under its name (browser). Throws ApiError. */
export async function openFile(path: string, name: string, query?: Query): Promise<void> {
  uni.showLoading({ title: "正在准备…", mask: true });
  let file: string;
  try {
    file = await api.download(path, query);
  } finally {
    uni.hideLoading();
  }
  if (typeof document !== "undefined") save(file, name);
  else show(file, name);
}

/** Opens what a link of the API leads to (WeChat) or saves it under its name (browser). Throws ApiError. */
export async function openLinked(link: string, name: string): Promise<void> {
  if (__IS_H5__) return save(picture(link), name);
  uni.showLoading({ title: "正在准备…", mask: true });
  try {
    show(await api.download(link, undefined, { prefix: "" }), name);
  } finally {
    uni.hideLoading();
  }
}

function save(file: string, name: string): void {
  const link = document.createElement("a");
  link.href = file;
  link.download = name;
  link.click();
}

function show(file: string, name: string): void {
  const kind = name.split(".").pop() ?? "";
  if (DOCUMENTS.includes(kind)) uni.openDocument({ filePath: file, fileType: kind as "pdf", showMenu: true });
  else wx.shareFileMessage({ filePath: file, fileName: name });
}

/** Lets photos be taken or chosen; their paths on this phone. */
export function choosePhotos(most: number): Promise<string[]> {
  return new Promise((resolve) => {
    uni.chooseImage({
      count: most,
      sizeType: ["compressed"],
      success: (chosen) => resolve(([] as string[]).concat(chosen.tempFilePaths)),
      fail: () => resolve([]),
    });
  });
}

export interface Photo {
  id: number;
  width: number;
  height: number;
  links: { full: string; medium: string; thumb: string; expires_at: string };
}

/** Uploads one photo; name its `id` where an object takes photos. */
export function uploadPhoto(path: string): Promise<Photo> {
  return api.upload<Photo>("/media/photos", path);
}

/**
 * A file of this phone that lasts until it can be sent: WeChat throws away what it has handed out. Answers
 * where it is kept. Throws ApiError if it is not there any more.
 */
export async function keepFile(path: string): Promise<string> {
  const gone = new ApiError(410, "client.file_gone", "照片已不在手机上，请重新拍摄");
  if (__IS_H5__) {
    // What was drawn is in its address, which the page's policy does not let it fetch.
    if (path.startsWith("data:")) return path;
    await fetch(path).catch(() => {
      throw gone;
    });
    return path;
  }
  if (!path.includes("/tmp")) return path;
  return new Promise((resolve, reject) => {
    uni.saveFile({
      tempFilePath: path,
      success: (kept) => resolve(kept.savedFilePath),
      fail: () => reject(gone),
    });
  });
}

/** The address of a picture that the API named. */
export function picture(path: string | null | undefined): string {
  if (!path) return "";
  // In a browser uni-app would look for a bare path below the folder of the pages.
  return __IS_H5__ ? `${location.origin}${path}` : api.address(path);
}
