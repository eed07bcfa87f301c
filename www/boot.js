// Starts the page app over the document the server rendered, with the texts of the document's language. With Trusted
// Types, the only script URLs that may ever be made from a string are those of the two workers.
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
const texts = async () => {
  const answer = await fetch(named(`texts-${document.documentElement.lang}`));
  if (!answer.ok) throw new Error(`no texts: ${answer.status}`);
  meta("texts").content = await answer.text();
};
// For /scan alone: what it sees with comes when somebody goes there.
globalThis.doorstepEye = () => import(named("eye"));
try {
  const [page] = await Promise.all([import(named("page")), texts()]);
  await page.default({ module_or_path: named("page-wasm") });
} catch (error) {
  document.documentElement.dataset.boot = "failed";
  console.error(error);
}
