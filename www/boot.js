// Starts the page app over the document the server rendered. With Trusted Types, the only script URLs that may ever
// be made from a string are those of the two workers.
const named = (name) => document.querySelector(`meta[name="doorstep-${name}"]`).content;
const workers = [named("worker"), named("scanner")];
if (window.trustedTypes?.createPolicy) {
  trustedTypes.createPolicy("default", {
    createScriptURL: (url) => {
      if (workers.includes(url)) return url;
      throw new TypeError("not a script of this house");
    },
  });
}
try {
  const page = await import(named("page"));
  await page.default({ module_or_path: named("page-wasm") });
} catch (error) {
  document.documentElement.dataset.boot = "failed";
  console.error(error);
}
