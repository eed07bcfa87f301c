// Starts the engine in its worker: what is fetched is asked for at once, and compiled while it comes. What stops it, a trap
// above all, is an error event at the page that started it, which tells the others.
Promise.all([import("[[worker_js]]"), WebAssembly.compileStreaming(fetch("[[worker_wasm]]"))])
  .then(([glue, module]) => glue.default({ module_or_path: module }))
  .catch((error) => setTimeout(() => { throw error; }));
