// Where drawing starts: the widget's item says which kind it is.

// A kind with a widget of its own is entered here.
const DRAW = {
  single: drawQuestion,
  multiple: drawQuestion,
  numeric: drawQuestion,
  order: drawQuestion,
  match: drawQuestion,
  cloze: drawQuestion,
  reflection: drawReflection,
  "hand-in": drawHandIn,
  case: drawCase,
  cards: drawCards,
  exam: drawExam,
  progress: drawProgress,
  chart: drawChart,
};

/** Draw a widget into its element; returns what takes it away again. */
export function draw({ model, el }, words) {
  const item = model.get("item");
  const root = make("div", { class: `peercourse pc-${item.kind}`, "data-peercourse-item": item.id });
  root.addEventListener("keydown", keepKeys);
  const stop = DRAW[item.kind]({ model, words, root });
  el.append(root);
  const hear = (message) => {
    if (message?.type === "twin") root.dispatchEvent(new CustomEvent("peercourse-twin", { bubbles: true, detail: message.twin }));
  };
  model.on("msg:custom", hear);
  return () => {
    stop();
    model.off("msg:custom", hear);
    root.removeEventListener("keydown", keepKeys);
    root.remove();
  };
}
