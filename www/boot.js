// Starts the page app over the document the server rendered, with the texts of the document's language; keeps what others
// do to the page (translation, extensions) from bringing the app down; and loads a page that stopped all the same again.

const meta = (name) => document.querySelector(`meta[name="doorstep-${name}"]`);
const named = (name) => meta(name).content;

// With Trusted Types, the only script URLs that may ever be made from a string are those of the two workers.
const workers = [named("worker"), named("scanner")];
if (window.trustedTypes?.createPolicy) {
  trustedTypes.createPolicy("default", {
    createScriptURL: (url) => {
      if (workers.includes(url)) return url;
      throw new TypeError("not a script of this house");
    },
  });
}

// A browser can be set to keep nothing; then reading throws.
const kept = (storage, key) => {
  try {
    return window[storage].getItem(key);
  } catch {
    return null;
  }
};

// ---- A page that stopped ------------------------------------------------------------------------------------------
// What traps in wasm never runs again. The page is loaded anew; what was typed is in localStorage. One that stops again
// and again stays as it is and says so.
const FELL = "doorstep.fell";
const MOST = 3;
const WITHIN = 60_000;
const falls = () => (kept("sessionStorage", FELL) ?? "").split(" ").map(Number).filter((at) => Date.now() - at < WITHIN);
const say = (which) => {
  const note = document.getElementById("fallen");
  for (const [at, sentence] of [...note.children].entries()) sentence.hidden = at !== which;
  note.hidden = false;
};
let fallen = false;
const fall = () => {
  if (fallen) return;
  fallen = true;
  document.documentElement.dataset.app = "fallen";
  const times = [...falls(), Date.now()];
  try {
    sessionStorage.setItem(FELL, times.join(" "));
  } catch {
    // Nothing is kept: loading again would lose what was typed, and not end.
    return say(1);
  }
  if (times.length > MOST) say(1);
  else location.reload();
};
const isOurs = (error) => error instanceof WebAssembly.RuntimeError || /wasm/.test(error?.stack ?? "");
addEventListener("error", (event) => isOurs(event.error) && fall());
addEventListener("unhandledrejection", (event) => isOurs(event.reason) && fall());
if (falls().some((at) => Date.now() - at < 10_000)) say(0);

// ---- A page that is changed from outside --------------------------------------------------------------------------
// Page translation and extensions wrap text nodes into elements of their own, or put such elements in their place. The app
// goes on with the nodes it made: what it does to one of those is done to what stands in its place.
const standIns = new WeakMap();
const app = document.getElementById("app");
new MutationObserver((records) => {
  for (const { addedNodes, removedNodes, previousSibling, nextSibling } of records) {
    for (const gone of removedNodes) {
      const there = [...addedNodes, previousSibling, nextSibling].find((node) => node?.localName === "font");
      if (there && !gone.isConnected) standIns.set(gone, there);
    }
  }
}).observe(app, { childList: true, subtree: true });
/** What stands under `parent` for its former child. */
const standIn = (child, parent) => {
  let node = child;
  while (node && !node.isConnected) node = standIns.get(node);
  while (node && node.parentNode !== parent) node = node.parentNode;
  return node ?? null;
};
const { insertBefore, removeChild } = Node.prototype;
Node.prototype.insertBefore = function (node, next) {
  return insertBefore.call(this, node, next && next.parentNode !== this ? standIn(next, this) : next);
};
Node.prototype.removeChild = function (child) {
  if (child.parentNode === this) return removeChild.call(this, child);
  const there = standIn(child, this);
  if (there) removeChild.call(this, there);
  return child;
};
const text = Object.getOwnPropertyDescriptor(Node.prototype, "nodeValue");
Object.defineProperty(Node.prototype, "nodeValue", {
  ...text,
  set(value) {
    if (this.nodeType === Node.TEXT_NODE && !this.isConnected) {
      let there = standIns.get(this);
      while (there && !there.isConnected) there = standIns.get(there);
      there?.replaceWith(this);
    }
    text.set.call(this, value);
  },
});

// ---- What is fetched when -----------------------------------------------------------------------------------------
// For /scan alone: what it sees with comes when somebody goes there.
globalThis.doorstepEye = () => import(named("eye"));
// What the engine runs in, all at once: it comes while somebody writes what they will send.
let ahead = false;
globalThis.doorstepWorkerAhead = () => {
  if (ahead) return;
  ahead = true;
  for (const file of ["worker", "worker-js", "worker-wasm"]) fetch(named(file)).catch(() => {});
};

// The page as it came is drawn first: who has a quick line would otherwise see nothing until the app has drawn it anew.
// Drawn is what is on the screen, not what was handed to it.
const drawn = () =>
  new Promise((go) => {
    if (document.hidden) return go();
    new PerformanceObserver(go).observe({ type: "paint", buffered: true });
    setTimeout(go, 500);
  });

const start = async () => {
  const script = import(named("app"));
  const wasm = WebAssembly.compileStreaming(fetch(named("app-wasm")));
  const texts = fetch(named(`texts-${named("lang")}`)).then((answer) => {
    if (!answer.ok) throw new Error(`no texts: ${answer.status}`);
    return answer.text();
  });
  // A link, or somebody who is known here, needs the engine whatever happens next.
  if (/^\/(j|move-in)\b/.test(location.pathname) || kept("localStorage", "doorstep.active")) doorstepWorkerAhead();
  const all = [script, wasm, texts.then((all) => (meta("texts").content = all)), drawn()];
  const [page, module] = await Promise.all(all);
  await page.default({ module_or_path: module });
};
start().catch((error) => {
  document.documentElement.dataset.boot = "failed";
  console.error(error);
});
