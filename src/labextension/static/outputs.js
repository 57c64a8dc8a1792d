// What stands under a cell of ours: the widget, and beside it the static twin, which is read where no widget is drawn.

import { isCourseNotebook, isOurs } from "./ours.js";

const WIDGET = "application/vnd.jupyter.widget-view+json";

const isTwin = (output) => Boolean(output.data?.["text/html"]);

const display = (data) => ({ output_type: "display_data", metadata: {}, data });

/** Show a widget and its twin as the outputs of `cell`; either may be missing. */
export function putOutputs(cell, model, twin) {
  const { outputs } = cell.model;
  outputs.clear(); // before the cell is trusted: what a file brought along must never be
  cell.model.trusted = true;
  cell.outputHidden = false;
  if (model) outputs.add(display({ [WIDGET]: { version_major: 2, version_minor: 0, model_id: model } }));
  if (twin) outputs.add(display(twin));
}

/** The twin that is saved in `cell`, or null. */
export function savedTwin(cell) {
  const data = cell.model.outputs.toJSON().findLast(isTwin)?.data;
  const html = data?.["text/html"];
  const plain = data?.["text/plain"];
  return typeof html === "string" && typeof plain === "string" ? { "text/html": html, "text/plain": plain } : null;
}

/** What Python works out of its own twin, too; "" where the browser has no digests (a page without https). */
export async function twinDigest(twin) {
  if (!twin || !globalThis.crypto?.subtle) return "";
  const bytes = new TextEncoder().encode(`${twin["text/html"]}\0${twin["text/plain"]}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest.subarray(0, 16)));
}

/** Answer every "peercourse-twin" event: a widget of ours says that the twin in its cell is another one now. */
export function renewTwins(tracker) {
  document.addEventListener("peercourse-twin", ({ target, detail }) => {
    const panel = tracker.find((candidate) => candidate.node.contains(target));
    const cell = panel?.content.widgets.find((candidate) => candidate.node.contains(target));
    if (cell?.model.type !== "code" || !isCourseNotebook(panel) || !isOurs(cell.model.sharedModel.getSource())) return;
    const { outputs } = cell.model;
    const index = outputs.toJSON().findLastIndex(isTwin);
    if (index >= 0) outputs.set(index, display(detail));
  });
}
