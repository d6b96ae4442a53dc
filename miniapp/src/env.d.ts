declare module "*.vue" {
  import type { DefineComponent } from "vue";

  const component: DefineComponent<object, object, unknown>;
  export default component;
}

/** The server's address without a slash at its end; empty in the browser. */
declare const __SERVER__: string;
/** Whether this is the build for the browser. */
declare const __IS_H5__: boolean;
declare const __VERSION__: string;

/** What WeChat has and uni-app does not wrap. */
declare const wx: { shareFileMessage(file: { filePath: string; fileName: string }): void };
