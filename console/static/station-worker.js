// Keeps the station's page and its files at hand, so that it opens again without a network. Nothing else.
"use strict";
const KEPT = "houqin-station-1";
const PAGE = "/console/canteen/station";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function freshOrKept(request) {
  const cache = await caches.open(KEPT);
  try {
    const response = await fetch(request);
    // A redirect to the login is no page to keep.
    if (response.ok && !response.redirected) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === "GET" && (pathname === PAGE || pathname.startsWith("/static/"))) {
    event.respondWith(freshOrKept(event.request));
  }
});
