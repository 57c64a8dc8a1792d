// Brings the page's code to our widgets, once. Each of them waits for globalThis.peercourse and carries only the digest
// of the code that its kernel means. Where nothing on this server has that code, the kernel is asked for it.

const PATIENCE_MS = 20_000;
const pages = new Map(); // by digest

/** What draws our widgets. `find` brings the page with a digest from elsewhere than the kernel; null where there is none. */
export const drawer = (find) => async ({ model, el }) => {
  const digest = model.get("page");
  if (!pages.has(digest)) {
    const page = find(digest).then((found) => found ?? ask(model)).then(open);
    page.catch(() => pages.delete(digest)); // the next widget tries again
    pages.set(digest, page);
  }
  const { draw, words } = await pages.get(digest);
  return draw({ model, el }, words);
};

/** The page that the widget's own kernel has. */
function ask(model) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("Python did not send the page's code; run the cell again.")), PATIENCE_MS);
    model.on("msg:custom", function hear(reply) {
      if (reply?.type !== "page") return;
      clearTimeout(timer);
      model.off("msg:custom", hear);
      resolve(reply);
    });
    model.send({ type: "page" });
  });
}

/** Run the code, put its style on the page. */
async function open({ code, style, words }) {
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { draw } = await import(address);
  URL.revokeObjectURL(address);
  const id = "peercourse-style";
  const sheet = document.getElementById(id) ?? document.head.appendChild(Object.assign(document.createElement("style"), { id }));
  sheet.textContent = style;
  return { draw, words };
}
