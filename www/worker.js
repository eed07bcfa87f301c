// Starts the engine in its worker. What stops it, a trap above all, becomes the engine's last word to all pages, and an
// error event at the page that started it.
import init from "[[worker_js]]";

// Open before it is needed: what a new channel says in its worker's last moment may never leave it.
const pages = new BroadcastChannel("doorstep");
addEventListener("error", () => {
  if (globalThis.doorstepLastWord) pages.postMessage(globalThis.doorstepLastWord);
  // Not at once: the word would go with the worker. What trapped in the middle of a step never takes another.
  setTimeout(close, 2000);
});
init({ module_or_path: "[[worker_wasm]]" }).catch((error) => setTimeout(() => { throw error; }));
