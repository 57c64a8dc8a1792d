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
  const compare = item.compare ? drawCompare({ item, words, open: openComparison, tick }) : null;
  root.append(area, make("div", { class: "pc-below" }, status, counter), ...(compare ? [compare.box] : []));

  const saver = makeSaver({
    model, words, item, status,
    onAnswered: () => announce(status, words.saved, "good"),
    onAsked() {
      if (status.dataset.tone === "busy") announce(status, "");
      if (opening) compare.focus();
      opening = false;
    },
  });
  let opening = false;
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

  function openComparison() {
    if (!area.value.trim()) {
      announce(status, words.compare_first, "quiet");
      area.focus();
      return;
    }
    save();
    opening = true;
    saver.ask({ type: "compare" });
  }

  function tick(ticks) {
    save();
    saver.ask({ type: "ticks", ticks });
  }

  let lockShown = "";
  function refresh() {
    const view = model.get("view");
    const busy = timer !== null || saver.isWaiting();
    if (view.value !== applied && !busy) showText(view.value);
    area.readOnly = Boolean(view.locked);
    compare?.show(view.compare);
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

/** The learner's own look at the text, after writing: the rubric to tick, then an example. Never handed in. */
function drawCompare({ item, words, open, tick }) {
  const start = button(item.rubric.length ? words.compare : words.compare_example, open);
  const note = make("p", { class: "pc-how" }, words.compare_note);
  const title = make("p", { class: "pc-open", tabindex: "-1" }, make("strong", {}, words.compare_title));
  const rows = item.rubric.map((criterion) => drawTicks(criterion, item.levels, () => tick(ticked())));
  const later = make("p", { class: "pc-how" }, words.exemplar_after);
  const example = make("blockquote", { dir: "auto" });
  const exemplar = make("div", { class: "pc-exemplar", tabindex: "-1" }, make("p", {}, make("strong", {}, words.exemplar)), example);
  const ticking = item.rubric.length ? [title, note, ...rows.map((row) => row.box), later] : [];
  const opened = make("div", { class: "pc-compare", hidden: true, "aria-live": "polite" }, ...ticking, exemplar);
  const ticked = () => Object.fromEntries(rows.filter((row) => row.level()).map((row) => [row.id, row.level()]));

  function show(view) {
    opened.hidden = !view;
    start.hidden = Boolean(view);
    if (!view) return;
    for (const row of rows) row.show(view.ticks[row.id]);
    exemplar.hidden = !view.exemplar;
    later.hidden = Boolean(view.exemplar) || item.graded;
    if (example.textContent !== view.exemplar) example.replaceChildren(...lines(view.exemplar));
  }

  return {
    box: make("div", {}, make("div", { class: "pc-buttons" }, start), opened),
    show,
    focus: () => (rows.length ? title : exemplar).focus(),
  };
}

/** One criterion to tick: its levels as radio buttons, the best first. */
function drawTicks(criterion, names, onTick) {
  const name = freshId();
  const levels = criterion.levels.map((text, index) => {
    const input = make("input", { type: "radio", name, value: criterion.levels.length - index });
    const label = make("strong", {}, `${names[index]}: `);
    const row = make("div", { class: "pc-option" }, make("label", {}, input, make("span", { class: "pc-option-text", dir: "auto" }, label, text)));
    input.addEventListener("change", onTick);
    return { input, row };
  });
  return {
    id: criterion.id,
    box: make("fieldset", { class: "pc-ticks" }, make("legend", {}, criterion.name), ...levels.map((level) => level.row)),
    level: () => Number(levels.find((level) => level.input.checked)?.input.value) || null,
    show(level) {
      for (const { input } of levels) input.checked = Number(input.value) === level;
    },
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
