// Starts the engine in its worker. What stops it, a trap above all, becomes the engine's last word to all pages, and an
// error event at the page that started it.
import init from "[[worker_js]]";

addEventListener("error", () => {
  if (globalThis.doorstepLastWord) new BroadcastChannel("doorstep").postMessage(globalThis.doorstepLastWord);
  close();
});
init({ module_or_path: "[[worker_wasm]]" }).catch((error) => setTimeout(() => { throw error; }));
