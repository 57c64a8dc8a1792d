// An answer in the learner's own words, saved while it is written.

const TYPING_PAUSE_MS = 1000;

function drawReflection({ model, words, root }) {
  const item = model.get("item");
  const about = make("p", { class: "pc-how", id: freshId() }, [item.note, item.length].filter(Boolean).join(" · "));
  const area = make("textarea", { id: freshId(), rows: 5, dir: "auto", "aria-describedby": about.id });
  const counter = make("span", { class: "pc-count" });
  const status = make("div", { class: "pc-status", role: "status" });
  root.append(
    make("p", { class: "pc-meta" }, item.meta),
    make("label", { class: "pc-stem", for: area.id }, ...lines(item.stem)),
    about,
  );
  if (item.rubric.length) root.append(drawRubric(item, words));
  root.append(area, make("div", { class: "pc-below" }, status, counter));

  const saver = makeSaver({ model, words, item, status, onAnswered: () => announce(status, words.saved, "good") });
  let applied = "";
  let typed = false; // since the text was last sent: typing the same words again is saved again
  let timer = null;

  function showText(text) {
    applied = area.value = text;
    showCount();
    grow();
  }

  function showCount() {
    const n = area.value.trim() ? area.value.trim().split(/\s+/).length : 0;
    counter.textContent = n === 1 ? words.word_count_one : fill(words.word_count, { n });
    counter.dataset.tone = n >= item.min && (!item.max || n <= item.max) ? "good" : "quiet";
  }

  // Where the browser does not let a text field grow by itself (CSS field-sizing).
  function grow() {
    if (CSS.supports("field-sizing", "content") || !area.scrollHeight) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight + 4}px`;
  }

  function save() {
    clearTimeout(timer);
    timer = null;
    if (!typed) return;
    typed = false;
    applied = area.value;
    saver.save({ type: "answer", value: area.value });
  }

  area.addEventListener("input", () => {
    typed = true;
    showCount();
    grow();
    announce(status, "");
    saver.keep({ type: "answer", value: area.value });
    clearTimeout(timer);
    timer = setTimeout(save, TYPING_PAUSE_MS);
  });
  area.addEventListener("blur", save);

  let lockShown = "";
  function refresh() {
    const view = model.get("view");
    const busy = timer !== null || saver.isWaiting();
    if (view.value !== applied && !busy) showText(view.value);
    area.readOnly = Boolean(view.locked);
    if (view.locked !== lockShown) announce(status, view.locked, "quiet");
    lockShown = view.locked;
    if (!view.locked && !busy) sendUnsaved();
  }

  function sendUnsaved() {
    const draft = saver.unsaved();
    if (typeof draft?.value !== "string") return;
    showText(draft.value);
    saver.save(draft);
  }

  showText("");
  refresh();
  model.on("change:view", refresh);
  return () => {
    save();
    model.off("change:view", refresh);
    saver.close();
  };
}

/** The rubric as a table that scrolls by itself where the page is narrow. */
function drawRubric(item, words) {
  const head = make("tr", {}, ...[words.criterion, ...item.levels].map((text) => make("th", { scope: "col" }, text)));
  const rows = item.rubric.map((criterion) =>
    make(
      "tr",
      {},
      make("th", { scope: "row", dir: "auto" }, criterion.name),
      ...criterion.levels.map((text, index) => make("td", { dir: "auto", "data-level": item.levels[index] ?? null }, text)),
    ),
  );
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  return make("details", { class: "pc-rubric" }, make("summary", {}, words.rubric), table);
}
