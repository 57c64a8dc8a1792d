// The strip above a notebook whose questions are not shown by themselves: why, and one button.

import { word } from "./words.js";

const STYLE = `
.peercourse-banner { background: var(--jp-layout-color2, #eee); color: var(--jp-ui-font-color1, #222); overflow: auto; }
.peercourse-banner > div { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center;
  padding: 10px 16px; border-block-end: 1px solid var(--jp-border-color1, #bbb);
  font-family: var(--jp-ui-font-family, sans-serif); font-size: var(--jp-ui-font-size2, 14px); line-height: 1.5; }
.peercourse-banner p { flex: 1 1 24em; margin: 0; overflow-wrap: anywhere; }
.peercourse-banner button { min-block-size: 32px; max-inline-size: 100%; padding: 4px 14px; font: inherit; cursor: pointer;
  color: inherit; background: var(--jp-layout-color1, #fff); border: 1px solid var(--jp-border-color0, #888); border-radius: 4px; }
.peercourse-banner button:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 2px; }
`;

/** Show `why` and a button above the notebook in `panel`; dispose the returned widget to take it away. */
export function makeBanner(Widget, panel, why, onShow) {
  addStyle();
  const widget = new Widget();
  widget.addClass("peercourse-banner");
  const line = document.createElement("div");
  const sentence = document.createElement("p");
  sentence.setAttribute("role", "status");
  sentence.dir = "auto";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = word("show");
  button.addEventListener("click", onShow);
  line.append(sentence, button);
  widget.node.append(line);
  panel.contentHeader.addWidget(widget);
  // A status is read aloud when it changes, so it must be on the page before its text is.
  requestAnimationFrame(() => { sentence.textContent = why; });
  keepHeight(widget, line);
  return widget;
}

/** The layout gives a widget its minimal height and asks for no other: keep that as high as the text. */
function keepHeight(widget, line) {
  const observer = new ResizeObserver(() => {
    widget.node.style.minHeight = `${line.offsetHeight}px`;
    widget.parent?.fit();
  });
  observer.observe(line);
  widget.disposed.connect(() => observer.disconnect());
}

function addStyle() {
  if (document.getElementById("peercourse-banner-style")) return;
  const style = document.createElement("style");
  style.id = "peercourse-banner-style";
  style.textContent = STYLE;
  document.head.append(style);
}
