// Links from one notebook of a course to another. JupyterLab at its plain address /lab is no place to start from: there
// a link beside the notebook leads nowhere, and leaving for it would close everything that is open.

import { isCourseNotebook } from "./ours.js";

const TRIES = 40;
const PAUSE = 250;
const TO_NOTEBOOK = '.peercourse a[href*=".ipynb"]';

/** Open what our widgets link to as one more tab. Notebook 7 follows such links by itself. */
export function followCourseLinks(app, tracker) {
  if (app.name !== "JupyterLab") return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(TO_NOTEBOOK);
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!link || elsewhere || event.defaultPrevented) return;
    const from = tracker.find((panel) => panel.node.contains(link));
    if (!from || !isCourseNotebook(from)) return;
    const { path, heading } = inNotebook(from.context.localPath, link.getAttribute("href"));
    if (!path.endsWith(".ipynb")) return;
    event.preventDefault();
    openAt(app, path, heading);
  });
}

/** Open a notebook of this server and go to a heading in it. */
export async function openAt(app, path, heading) {
  const panel = await app.commands.execute("docmanager:open", { path });
  await panel.context.ready;
  // A notebook that has just been opened still draws its cells, and then it forgets where it was asked to go.
  for (let tries = 0; tries < TRIES && heading && !isInView(panel, heading); tries++) {
    panel.setFragment(heading);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function isInView(panel, heading) {
  const name = CSS.escape(heading.slice(1));
  const found = panel.node.querySelector(`[data-jupyter-id="${name}"], [id="${name}"]`);
  const [at, seen] = [found?.getBoundingClientRect(), panel.content.node.getBoundingClientRect()];
  return Boolean(at?.height) && at.top >= seen.top && at.bottom <= seen.bottom;
}

/** Which notebook, and which heading in it, `href` means in the file at `from`. It never leaves the server's folder. */
export function inNotebook(from, href) {
  const at = new URL(href, new URL(encodeURI(from), "file:///"));
  const local = at.protocol === "file:" && !at.host;
  return { path: local ? decodeURIComponent(at.pathname).slice(1) : "", heading: decodeURIComponent(at.hash) };
}
