// Starts the page app over the document the server rendered: of its two modules the one the document names, with the
// texts of the document's language. With Trusted Types, the only script URLs that may ever be made from a string are
// those of the two workers.
const meta = (name) => document.querySelector(`meta[name="doorstep-${name}"]`);
const named = (name) => meta(name).content;
const workers = [named("worker"), named("scanner")];
if (window.trustedTypes?.createPolicy) {
  trustedTypes.createPolicy("default", {
    createScriptURL: (url) => {
      if (workers.includes(url)) return url;
      throw new TypeError("not a script of this house");
    },
  });
}
// Script, wasm and texts of a module.
const files = (module) => [module, `${module}-wasm`, `${module}-${document.documentElement.lang}`].map(named);
const module = named("module");
const [script, wasm, language] = files(module);
const texts = async () => {
  const answer = await fetch(language);
  if (!answer.ok) throw new Error(`no texts: ${answer.status}`);
  meta("texts").content = await answer.text();
};
// For /scan alone: what it sees with comes when somebody goes there.
globalThis.doorstepEye = () => import(named("eye"));
// For those who knock or join: what draws the rooms is here when the door opens.
globalThis.doorstepAhead = () => {
  if (module === "visitor") for (const file of files("members")) fetch(file, { priority: "low" }).catch(() => {});
};
try {
  const [page] = await Promise.all([import(script), texts()]);
  await page.default({ module_or_path: wasm });
} catch (error) {
  document.documentElement.dataset.boot = "failed";
  console.error(error);
}
