// Keeps a screen's page, its files and its photos at hand, so that it opens again without a network.
"use strict";
const KEPT = "houqin-screen-1";
const MOST = 200;
const PATIENCE_MS = 8000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function put(cache, key, response) {
  await cache.put(key, response);
  const keys = await cache.keys();
  // The oldest go first: what is asked for again is put again.
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map((each) => cache.delete(each)));
}

// A page or a file: as the server has it, or as it was.
async function freshOrKept(request) {
  const cache = await caches.open(KEPT);
  const giveUp = new AbortController();
  const patience = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const response = await fetch(request, { signal: giveUp.signal });
    if (response.status === 404 || response.status === 410) await cache.delete(request);
    // What a failing proxy answers is worth less than what is kept.
    if (response.status >= 500) throw new Error("the server is away");
    if (response.ok && !response.redirected) await put(cache, request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(patience);
  }
}

// A photo never changes under its number; the rest of its link does.
async function keptOrFresh(request) {
  const cache = await caches.open(KEPT);
  const key = new URL(request.url).pathname;
  const kept = await cache.match(key);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await put(cache, key, response.clone());
  return response;
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/media/")) event.respondWith(keptOrFresh(event.request));
  else if (/^\/screen\/(canteen|room)\/\d+$/.test(pathname) || pathname.startsWith("/static/")) event.respondWith(freshOrKept(event.request));
});
