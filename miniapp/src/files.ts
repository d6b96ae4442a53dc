import { api } from "@/api";
import type { Query } from "@/request/client";

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

/** The address of a picture that the API named. */
export function picture(path: string | null | undefined): string {
  if (!path) return "";
  // In a browser uni-app would look for a bare path below the folder of the pages.
  return __IS_H5__ ? `${location.origin}${path}` : api.address(path);
}
