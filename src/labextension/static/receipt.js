// Puts the receipt into the hand-in cell, on request of the widget shown in that very cell.

import { isCourseNotebook, isHandIn, trimmed } from "./ours.js";

const LONGEST = 5_000_000;

/** Answer every "peercourse-receipt" event whose detail is {source, done}. */
export function takeReceipts(tracker) {
  document.addEventListener("peercourse-receipt", async (event) => {
    const { source, done } = event.detail ?? {};
    let answer;
    try {
      answer = await keep(tracker, event.target, source);
    } catch (error) {
      answer = { ok: false, reason: `The notebook could not be saved: ${error?.message ?? error}` };
    }
    try {
      if (typeof done === "function") done(answer);
    } catch (error) {
      console.warn("peercourse: the receipt's sender failed", error);
    }
  });
}

async function keep(tracker, element, source) {
  const panel = tracker.find((candidate) => candidate.node.contains(element));
  const cell = panel?.content.widgets.find((candidate) => candidate.node.contains(element));
  if (!cell || cell.model.type !== "code" || !isCourseNotebook(panel)) {
    return { ok: false, reason: "This is not a cell of a course notebook." };
  }
  if (!panel.context.path.endsWith(".ipynb")) {
    return { ok: false, reason: "This is the author's text: no receipt is written into it." };
  }
  const fits = typeof source === "string" && source.length <= LONGEST && isHandIn(source);
  if (!fits || !isHandIn(trimmed(cell.model.sharedModel.getSource()))) {
    return { ok: false, reason: "The cell or the receipt holds something else than hand_in()." };
  }
  cell.model.sharedModel.setSource(source);
  await panel.context.save();
  return panel.context.model.dirty ? { ok: false, reason: "The notebook could not be saved." } : { ok: true };
}
