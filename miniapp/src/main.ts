import { createSSRApp } from "vue";

import App from "./App.vue";

/** uni-app calls this on each platform. */
export function createApp() {
  return { app: createSSRApp(App) };
}
