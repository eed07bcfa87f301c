// Starts the engine in its worker. What stops it, a trap above all, is an error event at the page that started it, which
// tells the others.
import init from "[[worker_js]]";

init({ module_or_path: "[[worker_wasm]]" }).catch((error) => setTimeout(() => { throw error; }));
