// Starts the reader of QR codes in its worker. A failure becomes an error event at the page that started it.
import init from "[[scanner_js]]";

init({ module_or_path: "[[scanner_wasm]]" }).catch((error) => setTimeout(() => { throw error; }));
