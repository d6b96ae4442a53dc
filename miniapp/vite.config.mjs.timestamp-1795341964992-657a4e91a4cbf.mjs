// vite.config.mjs
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import uniPlugin from "file:///work/main/miniapp/node_modules/@dcloudio/vite-plugin-uni/dist/index.js";
import { defineConfig } from "file:///work/main/miniapp/node_modules/vite/dist/node/index.js";
var __vite_injected_original_import_meta_url = "file:///work/main/miniapp/vite.config.mjs";
var uni = typeof uniPlugin === "function" ? uniPlugin : uniPlugin.default;
var platform = process.env.UNI_PLATFORM ?? "h5";
var require2 = createRequire(__vite_injected_original_import_meta_url);
function localIconFont() {
  const file = require2.resolve("wot-design-uni/components/wd-icon/wd-icons.ttf");
  const font = `url("data:font/ttf;base64,${readFileSync(file).toString("base64")}") format("truetype")`;
  return {
    postcssPlugin: "local-icon-font",
    AtRule: {
      "font-face": (rule) => rule.walkDecls("src", (declaration) => {
        if (!declaration.value.includes("at.alicdn.com"))
          return;
        if (platform === "h5")
          rule.remove();
        else
          declaration.value = font;
      })
    }
  };
}
function noOutsideAddresses() {
  const outside = /https?:\/\/(?:[\w-]+\.)*(?:dcloud\.net\.cn|dcloud\.io|vuejs\.org)[^"'`)\s]*/g;
  return {
    name: "no-outside-addresses",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk")
          file.code = file.code.replace(outside, "");
        else if (typeof file.source === "string")
          file.source = file.source.replace(outside, "data:,");
      }
    }
  };
}
function miniProgramRoles() {
  return {
    name: "mini-program-roles",
    enforce: "pre",
    transform(code, id) {
      if (platform === "h5" || !id.includes("/src/") || !id.endsWith(".vue"))
        return null;
      return code.replace(/(\s:?)role=/g, "$1aria-role=");
    }
  };
}
var vite_config_default = defineConfig({
  base: "./",
  plugins: [miniProgramRoles(), ...[uni()].flat(), noOutsideAddresses()],
  css: { postcss: { plugins: [localIconFont()] } },
  build: { target: "es2018", reportCompressedSize: false },
  server: {
    port: 8410,
    proxy: Object.fromEntries(
      ["/api", "/media", "/simulator"].map((path) => [
        path,
        process.env.HOUQIN_SERVER ?? "http://127.0.0.1:8000"
      ])
    )
  },
  define: {
    // Where the mini-program finds the server; the browser asks where it came from.
    __SERVER__: JSON.stringify(
      platform === "h5" ? "" : process.env.HOUQIN_SERVER ?? "http://127.0.0.1:8000"
    ),
    __IS_H5__: JSON.stringify(platform === "h5"),
    __VERSION__: JSON.stringify(process.env.HOUQIN_VERSION ?? "0.1.0")
  }
});
export {
  vite_config_default as default
};
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsidml0ZS5jb25maWcubWpzIl0sCiAgInNvdXJjZXNDb250ZW50IjogWyJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvbWFpbi9taW5pYXBwXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvd29yay9tYWluL21pbmlhcHAvdml0ZS5jb25maWcubWpzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL21haW4vbWluaWFwcC92aXRlLmNvbmZpZy5tanNcIjtpbXBvcnQgeyByZWFkRmlsZVN5bmMgfSBmcm9tIFwibm9kZTpmc1wiO1xuaW1wb3J0IHsgY3JlYXRlUmVxdWlyZSB9IGZyb20gXCJub2RlOm1vZHVsZVwiO1xuXG5pbXBvcnQgdW5pUGx1Z2luIGZyb20gXCJAZGNsb3VkaW8vdml0ZS1wbHVnaW4tdW5pXCI7XG5pbXBvcnQgeyBkZWZpbmVDb25maWcgfSBmcm9tIFwidml0ZVwiO1xuXG4vLyBUaGUgcGFja2FnZSBpcyBDb21tb25KUzogZGVwZW5kaW5nIG9uIHdobyBsb2FkcyB0aGlzIGZpbGUsIGl0cyBwbHVnaW4gaXMgdGhlIGRlZmF1bHQgb2YgdGhlIGRlZmF1bHQuXG5jb25zdCB1bmkgPSB0eXBlb2YgdW5pUGx1Z2luID09PSBcImZ1bmN0aW9uXCIgPyB1bmlQbHVnaW4gOiB1bmlQbHVnaW4uZGVmYXVsdDtcbmNvbnN0IHBsYXRmb3JtID0gcHJvY2Vzcy5lbnYuVU5JX1BMQVRGT1JNID8/IFwiaDVcIjtcbmNvbnN0IHJlcXVpcmUgPSBjcmVhdGVSZXF1aXJlKGltcG9ydC5tZXRhLnVybCk7XG5cbi8qKiB3b3QtZGVzaWduLXVuaSBmZXRjaGVzIGl0cyBpY29uIGZvbnQgZnJvbSBhIENETjogV2VDaGF0IGdldHMgaXQgd2l0aGluIHRoZSBzdHlsZSBzaGVldCwgYSBicm93c2VyIGhhcyBhIGZpbGUuICovXG5mdW5jdGlvbiBsb2NhbEljb25Gb250KCkge1xuICBjb25zdCBmaWxlID0gcmVxdWlyZS5yZXNvbHZlKFwid290LWRlc2lnbi11bmkvY29tcG9uZW50cy93ZC1pY29uL3dkLWljb25zLnR0ZlwiKTtcbiAgY29uc3QgZm9udCA9IGB1cmwoXCJkYXRhOmZvbnQvdHRmO2Jhc2U2NCwke3JlYWRGaWxlU3luYyhmaWxlKS50b1N0cmluZyhcImJhc2U2NFwiKX1cIikgZm9ybWF0KFwidHJ1ZXR5cGVcIilgO1xuICByZXR1cm4ge1xuICAgIHBvc3Rjc3NQbHVnaW46IFwibG9jYWwtaWNvbi1mb250XCIsXG4gICAgQXRSdWxlOiB7XG4gICAgICBcImZvbnQtZmFjZVwiOiAocnVsZSkgPT5cbiAgICAgICAgcnVsZS53YWxrRGVjbHMoXCJzcmNcIiwgKGRlY2xhcmF0aW9uKSA9PiB7XG4gICAgICAgICAgaWYgKCFkZWNsYXJhdGlvbi52YWx1ZS5pbmNsdWRlcyhcImF0LmFsaWNkbi5jb21cIikpIHJldHVybjtcbiAgICAgICAgICBpZiAocGxhdGZvcm0gPT09IFwiaDVcIikgcnVsZS5yZW1vdmUoKTtcbiAgICAgICAgICBlbHNlIGRlY2xhcmF0aW9uLnZhbHVlID0gZm9udDtcbiAgICAgICAgfSksXG4gICAgfSxcbiAgfTtcbn1cblxuLyoqIFRha2VzIG91dCB0aGUgYWRkcmVzc2VzIG9mIG90aGVycyB0aGF0IGxpYnJhcmllcyBicmluZzogaGVscCBwYWdlcywgYW4gYWR2ZXJ0aXNlciwgcGljdHVyZXMgbm9ib2R5IGFza3MgZm9yLiAqL1xuZnVuY3Rpb24gbm9PdXRzaWRlQWRkcmVzc2VzKCkge1xuICBjb25zdCBvdXRzaWRlID0gL2h0dHBzPzpcXC9cXC8oPzpbXFx3LV0rXFwuKSooPzpkY2xvdWRcXC5uZXRcXC5jbnxkY2xvdWRcXC5pb3x2dWVqc1xcLm9yZylbXlwiJ2ApXFxzXSovZztcbiAgcmV0dXJuIHtcbiAgICBuYW1lOiBcIm5vLW91dHNpZGUtYWRkcmVzc2VzXCIsXG4gICAgZW5mb3JjZTogXCJwb3N0XCIsXG4gICAgZ2VuZXJhdGVCdW5kbGUoX29wdGlvbnMsIGJ1bmRsZSkge1xuICAgICAgZm9yIChjb25zdCBmaWxlIG9mIE9iamVjdC52YWx1ZXMoYnVuZGxlKSkge1xuICAgICAgICBpZiAoZmlsZS50eXBlID09PSBcImNodW5rXCIpIGZpbGUuY29kZSA9IGZpbGUuY29kZS5yZXBsYWNlKG91dHNpZGUsIFwiXCIpO1xuICAgICAgICBlbHNlIGlmICh0eXBlb2YgZmlsZS5zb3VyY2UgPT09IFwic3RyaW5nXCIpIGZpbGUuc291cmNlID0gZmlsZS5zb3VyY2UucmVwbGFjZShvdXRzaWRlLCBcImRhdGE6LFwiKTtcbiAgICAgIH1cbiAgICB9LFxuICB9O1xufVxuXG4vKiogVGhlIG1pbmktcHJvZ3JhbSBjYWxscyBhIHJvbGUgYGFyaWEtcm9sZWAuICovXG5mdW5jdGlvbiBtaW5pUHJvZ3JhbVJvbGVzKCkge1xuICByZXR1cm4ge1xuICAgIG5hbWU6IFwibWluaS1wcm9ncmFtLXJvbGVzXCIsXG4gICAgZW5mb3JjZTogXCJwcmVcIixcbiAgICB0cmFuc2Zvcm0oY29kZSwgaWQpIHtcbiAgICAgIGlmIChwbGF0Zm9ybSA9PT0gXCJoNVwiIHx8ICFpZC5pbmNsdWRlcyhcIi9zcmMvXCIpIHx8ICFpZC5lbmRzV2l0aChcIi52dWVcIikpIHJldHVybiBudWxsO1xuICAgICAgcmV0dXJuIGNvZGUucmVwbGFjZSgvKFxcczo/KXJvbGU9L2csIFwiJDFhcmlhLXJvbGU9XCIpO1xuICAgIH0sXG4gIH07XG59XG5cbmV4cG9ydCBkZWZhdWx0IGRlZmluZUNvbmZpZyh7XG4gIGJhc2U6IFwiLi9cIixcbiAgcGx1Z2luczogW21pbmlQcm9ncmFtUm9sZXMoKSwgLi4uW3VuaSgpXS5mbGF0KCksIG5vT3V0c2lkZUFkZHJlc3NlcygpXSxcbiAgY3NzOiB7IHBvc3Rjc3M6IHsgcGx1Z2luczogW2xvY2FsSWNvbkZvbnQoKV0gfSB9LFxuICBidWlsZDogeyB0YXJnZXQ6IFwiZXMyMDE4XCIsIHJlcG9ydENvbXByZXNzZWRTaXplOiBmYWxzZSB9LFxuICBzZXJ2ZXI6IHtcbiAgICBwb3J0OiA4NDEwLFxuICAgIHByb3h5OiBPYmplY3QuZnJvbUVudHJpZXMoXG4gICAgICBbXCIvYXBpXCIsIFwiL21lZGlhXCIsIFwiL3NpbXVsYXRvclwiXS5tYXAoKHBhdGgpID0+IFtcbiAgICAgICAgcGF0aCxcbiAgICAgICAgcHJvY2Vzcy5lbnYuSE9VUUlOX1NFUlZFUiA/PyBcImh0dHA6Ly8xMjcuMC4wLjE6ODAwMFwiLFxuICAgICAgXSksXG4gICAgKSxcbiAgfSxcbiAgZGVmaW5lOiB7XG4gICAgLy8gV2hlcmUgdGhlIG1pbmktcHJvZ3JhbSBmaW5kcyB0aGUgc2VydmVyOyB0aGUgYnJvd3NlciBhc2tzIHdoZXJlIGl0IGNhbWUgZnJvbS5cbiAgICBfX1NFUlZFUl9fOiBKU09OLnN0cmluZ2lmeShcbiAgICAgIHBsYXRmb3JtID09PSBcImg1XCIgPyBcIlwiIDogKHByb2Nlc3MuZW52LkhPVVFJTl9TRVJWRVIgPz8gXCJodHRwOi8vMTI3LjAuMC4xOjgwMDBcIiksXG4gICAgKSxcbiAgICBfX0lTX0g1X186IEpTT04uc3RyaW5naWZ5KHBsYXRmb3JtID09PSBcImg1XCIpLFxuICAgIF9fVkVSU0lPTl9fOiBKU09OLnN0cmluZ2lmeShwcm9jZXNzLmVudi5IT1VRSU5fVkVSU0lPTiA/PyBcIjAuMS4wXCIpLFxuICB9LFxufSk7XG4iXSwKICAibWFwcGluZ3MiOiAiO0FBQTBPLFNBQVMsb0JBQW9CO0FBQ3ZRLFNBQVMscUJBQXFCO0FBRTlCLE9BQU8sZUFBZTtBQUN0QixTQUFTLG9CQUFvQjtBQUpnSCxJQUFNLDJDQUEyQztBQU85TCxJQUFNLE1BQU0sT0FBTyxjQUFjLGFBQWEsWUFBWSxVQUFVO0FBQ3BFLElBQU0sV0FBVyxRQUFRLElBQUksZ0JBQWdCO0FBQzdDLElBQU1BLFdBQVUsY0FBYyx3Q0FBZTtBQUc3QyxTQUFTLGdCQUFnQjtBQUN2QixRQUFNLE9BQU9BLFNBQVEsUUFBUSxnREFBZ0Q7QUFDN0UsUUFBTSxPQUFPLDZCQUE2QixhQUFhLElBQUksRUFBRSxTQUFTLFFBQVEsQ0FBQztBQUMvRSxTQUFPO0FBQUEsSUFDTCxlQUFlO0FBQUEsSUFDZixRQUFRO0FBQUEsTUFDTixhQUFhLENBQUMsU0FDWixLQUFLLFVBQVUsT0FBTyxDQUFDLGdCQUFnQjtBQUNyQyxZQUFJLENBQUMsWUFBWSxNQUFNLFNBQVMsZUFBZTtBQUFHO0FBQ2xELFlBQUksYUFBYTtBQUFNLGVBQUssT0FBTztBQUFBO0FBQzlCLHNCQUFZLFFBQVE7QUFBQSxNQUMzQixDQUFDO0FBQUEsSUFDTDtBQUFBLEVBQ0Y7QUFDRjtBQUdBLFNBQVMscUJBQXFCO0FBQzVCLFFBQU0sVUFBVTtBQUNoQixTQUFPO0FBQUEsSUFDTCxNQUFNO0FBQUEsSUFDTixTQUFTO0FBQUEsSUFDVCxlQUFlLFVBQVUsUUFBUTtBQUMvQixpQkFBVyxRQUFRLE9BQU8sT0FBTyxNQUFNLEdBQUc7QUFDeEMsWUFBSSxLQUFLLFNBQVM7QUFBUyxlQUFLLE9BQU8sS0FBSyxLQUFLLFFBQVEsU0FBUyxFQUFFO0FBQUEsaUJBQzNELE9BQU8sS0FBSyxXQUFXO0FBQVUsZUFBSyxTQUFTLEtBQUssT0FBTyxRQUFRLFNBQVMsUUFBUTtBQUFBLE1BQy9GO0FBQUEsSUFDRjtBQUFBLEVBQ0Y7QUFDRjtBQUdBLFNBQVMsbUJBQW1CO0FBQzFCLFNBQU87QUFBQSxJQUNMLE1BQU07QUFBQSxJQUNOLFNBQVM7QUFBQSxJQUNULFVBQVUsTUFBTSxJQUFJO0FBQ2xCLFVBQUksYUFBYSxRQUFRLENBQUMsR0FBRyxTQUFTLE9BQU8sS0FBSyxDQUFDLEdBQUcsU0FBUyxNQUFNO0FBQUcsZUFBTztBQUMvRSxhQUFPLEtBQUssUUFBUSxnQkFBZ0IsY0FBYztBQUFBLElBQ3BEO0FBQUEsRUFDRjtBQUNGO0FBRUEsSUFBTyxzQkFBUSxhQUFhO0FBQUEsRUFDMUIsTUFBTTtBQUFBLEVBQ04sU0FBUyxDQUFDLGlCQUFpQixHQUFHLEdBQUcsQ0FBQyxJQUFJLENBQUMsRUFBRSxLQUFLLEdBQUcsbUJBQW1CLENBQUM7QUFBQSxFQUNyRSxLQUFLLEVBQUUsU0FBUyxFQUFFLFNBQVMsQ0FBQyxjQUFjLENBQUMsRUFBRSxFQUFFO0FBQUEsRUFDL0MsT0FBTyxFQUFFLFFBQVEsVUFBVSxzQkFBc0IsTUFBTTtBQUFBLEVBQ3ZELFFBQVE7QUFBQSxJQUNOLE1BQU07QUFBQSxJQUNOLE9BQU8sT0FBTztBQUFBLE1BQ1osQ0FBQyxRQUFRLFVBQVUsWUFBWSxFQUFFLElBQUksQ0FBQyxTQUFTO0FBQUEsUUFDN0M7QUFBQSxRQUNBLFFBQVEsSUFBSSxpQkFBaUI7QUFBQSxNQUMvQixDQUFDO0FBQUEsSUFDSDtBQUFBLEVBQ0Y7QUFBQSxFQUNBLFFBQVE7QUFBQTtBQUFBLElBRU4sWUFBWSxLQUFLO0FBQUEsTUFDZixhQUFhLE9BQU8sS0FBTSxRQUFRLElBQUksaUJBQWlCO0FBQUEsSUFDekQ7QUFBQSxJQUNBLFdBQVcsS0FBSyxVQUFVLGFBQWEsSUFBSTtBQUFBLElBQzNDLGFBQWEsS0FBSyxVQUFVLFFBQVEsSUFBSSxrQkFBa0IsT0FBTztBQUFBLEVBQ25FO0FBQ0YsQ0FBQzsiLAogICJuYW1lcyI6IFsicmVxdWlyZSJdCn0K
