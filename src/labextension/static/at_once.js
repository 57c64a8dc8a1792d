// Shows all questions of a notebook with one request to its kernel: thirty cells, each run by itself, take much longer.

import { markShown } from "./appearance.js";
import { putOutputs, savedTwin, twinDigest } from "./outputs.js";
import { callOf } from "./ours.js";

const CELLS = "application/vnd.peercourse.cells+json";

// Everything that changes stands in the request's metadata, so what is run is always this.
const SHOW = '__import__("peercourse.widgets.opening", fromlist=["opening"]).show_cells()';

/** Show the questions of `cells`; returns those shown, null where Python failed. `first` is what it has to do before. */
export async function showAtOnce(kernel, cells, first, metadata) {
  const asked = await whatToAsk(cells);
  const shown = new Set();
  const request = { code: `${first}; ${SHOW}`, silent: true, store_history: false, allow_stdin: false };
  const listed = [...asked].map(([id, { call, digest }]) => [id, call, digest]);
  const future = kernel.requestExecute(request, true, { ...metadata, cells: listed });
  future.onIOPub = ({ content }) => {
    for (const { cell: id, model, twin, same } of content.data?.[CELLS] ?? []) {
      const { cell, call, saved } = asked.get(id) ?? {};
      // Time has passed: nothing goes under a cell that is gone, or that says something else now.
      if (!cell || cell.isDisposed || callOf(cell.model.sharedModel.getSource()) !== call) continue;
      putOutputs(cell, model, same ? saved : twin);
      markShown(cell);
      shown.add(cell);
    }
  };
  const reply = await future.done;
  return reply.content.status === "ok" ? shown : null;
}

/** By id: each cell that shows something, its call, and the twin that is saved there. */
async function whatToAsk(cells) {
  const known = await Promise.all(cells.map(async (cell) => {
    const saved = savedTwin(cell);
    return { cell, saved, digest: await twinDigest(saved) };
  }));
  const asked = known.map((one) => ({ ...one, call: callOf(one.cell.model.sharedModel.getSource()) }));
  return new Map(asked.filter(({ call }) => call).map((one) => [one.cell.model.sharedModel.getId(), one]));
}
