// Links of a feedback page that JupyterLab shows. Its viewer holds the page in a frame that may not open anything, and
// gives the page a base address under which its own headings and the notebooks beside it cannot be found.

import { inNotebook, openAt } from "./links.js";

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
