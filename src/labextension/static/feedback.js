// Links of a feedback page that JupyterLab shows. Its viewer holds the page in a frame that may not open anything, and
// gives the page a base address under which its own headings and the notebooks beside it cannot be found.

const TRIES = 40;
const PAUSE = 250;
const VIEWER = "HTML Viewer";
const IS_FEEDBACK = 'meta[name="generator"][content="peercourse feedback"]';

/** Let links in feedback pages lead somewhere: to a question, a section of a topic, a source in a tab of its own. */
export function followFeedbackLinks(app) {
  app.docRegistry.addWidgetExtension(VIEWER, {
    createNew: (panel) => {
      const frame = panel.node.querySelector("iframe");
      const listen = () => frame.contentDocument?.addEventListener("click", (event) => follow(app, panel, event));
      frame?.addEventListener("load", listen); // comes again whenever the file changes
    },
  });
}

function follow(app, panel, event) {
  const page = event.target.ownerDocument;
  const link = event.target.closest?.("a[href]");
  if (!link || !page.querySelector(IS_FEEDBACK)) return;
  event.preventDefault();
  const href = link.getAttribute("href");
  if (href.startsWith("#")) return page.getElementById(href.slice(1))?.scrollIntoView();
  if (/^https?:\/\//.test(href)) return window.open(href, "_blank", "noopener,noreferrer");
  const { path, heading } = inNotebook(panel.context.path, href);
  if (path.endsWith(".ipynb")) openAt(app, path, heading);
}

async function openAt(app, path, heading) {
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

/** Which notebook, and which heading in it, `href` means in the page at `from`. It never leaves the server's folder. */
function inNotebook(from, href) {
  const at = new URL(href, new URL(encodeURI(from), "file:///"));
  const local = at.protocol === "file:" && !at.host;
  return { path: local ? decodeURIComponent(at.pathname).slice(1) : "", heading: decodeURIComponent(at.hash) };
}
