// Starts the engine in its worker. A failure becomes an error event at the page that started it.
import init from "[[worker_js]]";

init({ module_or_path: "[[worker_wasm]]" }).catch((error) => setTimeout(() => { throw error; }));
