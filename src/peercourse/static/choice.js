// A question with options: practice (check, feedback, hints) or graded (saved, no verdict).

function drawChoice({ model, words, root }) {
  const item = model.get("item");
  const practice = item.use === "practice";
  const name = freshId();
  const how = make("p", { class: "pc-how", id: freshId() }, item.how);
  const fieldset = make("fieldset", { "aria-describedby": how.id }, make("legend", {}, ...lines(item.stem)), how);
  const options = item.options.map((option) => drawOption(option, item.kind, name));
  fieldset.append(...options.map((option) => option.row));
  const status = make("div", { class: "pc-status", role: "status" });
  const chosen = () => options.filter((option) => option.input.checked).map((option) => option.id);

  const saver = makeSaver({
    model, words, item, status,
    onAnswered: () => (practice ? showFeedback(true) : announce(status, words.saved, "good")),
  });
  const extra = practice ? drawPractice({ item, words, saver, chosen, status, clear }) : null;
  root.append(make("p", { class: "pc-meta" }, item.meta), fieldset);
  if (extra) root.append(extra.hints, extra.buttons);
  root.append(status);

  let applied = "[]";
  function setChosen(value) {
    applied = JSON.stringify(value);
    for (const option of options) option.input.checked = value.includes(option.id);
  }

  function clear() {
    setChosen([]);
    showReasons(null);
    options[0].input.focus();
  }

  function showReasons(feedback) {
    const reasons = new Map((feedback?.reasons ?? []).map((reason) => [reason.id, reason]));
    for (const option of options) option.showReason(reasons.get(option.id));
  }

  function showFeedback() {
    const { feedback } = model.get("view");
    showReasons(feedback);
    extra.showFeedback(feedback);
  }

  fieldset.addEventListener("change", () => {
    if (!practice) {
      saver.save({ type: "answer", value: chosen() });
      return;
    }
    showReasons(null);
    extra.showFeedback(null);
  });

  function refresh() {
    const view = model.get("view");
    fieldset.disabled = Boolean(view.locked);
    if (JSON.stringify(view.value) !== applied && !saver.isWaiting()) {
      setChosen(view.value);
      if (practice) showFeedback();
    }
    if (extra) extra.showHints(view.hints, view.feedback);
    if (!practice) showLock(view.locked);
  }

  let lockShown = "";
  function showLock(locked) {
    if (locked !== lockShown) announce(status, locked, "quiet");
    lockShown = locked;
    if (!locked) sendUnsaved();
  }

  function sendUnsaved() {
    const draft = saver.unsaved();
    if (!Array.isArray(draft?.value) || saver.isWaiting()) return;
    setChosen(draft.value);
    saver.save(draft);
  }

  refresh();
  if (practice) sendUnsaved();
  model.on("change:view", refresh);
  return () => {
    model.off("change:view", refresh);
    saver.close();
  };
}

function drawOption(option, kind, name) {
  const type = kind === "single" ? "radio" : "checkbox";
  const reason = make("div", { class: "pc-reason", id: freshId(), hidden: true });
  const input = make("input", { type, name, value: option.id });
  const text = make("span", { class: "pc-option-text", dir: "auto" }, option.text);
  const row = make("div", { class: "pc-option" }, make("label", {}, input, text), reason);

  /** Show why this option fits or not; undefined hides it. */
  function showReason(told) {
    reason.hidden = !told;
    reason.dataset.tone = told ? (told.right ? "good" : "quiet") : "";
    reason.replaceChildren();
    if (!told) {
      input.removeAttribute("aria-describedby");
      return;
    }
    const why = told.why ? make("span", { dir: "auto" }, told.why) : null;
    reason.append(make("strong", {}, told.label), ...(why ? [" ", why] : []));
    input.setAttribute("aria-describedby", reason.id);
  }

  return { id: option.id, input, row, showReason };
}

/** What practice has beside the options: Check, hints, feedback, another try. */
function drawPractice({ item, words, saver, chosen, status, clear }) {
  const hints = make("div", { class: "pc-hints", "aria-live": "polite" });
  const check = button(words.check, () => {
    if (chosen().length) saver.save({ type: "check", value: chosen() });
    else announce(status, words.choose_first, "quiet");
  }, "main");
  const hint = button(words.hint, () => saver.ask({ type: "hint" }));
  const again = button(words.try_again, () => {
    announce(status, "");
    again.hidden = true;
    check.hidden = false;
    clear();
    saver.ask({ type: "again" });
  });
  again.hidden = true;
  let right = false;

  function showFeedback(feedback) {
    right = Boolean(feedback?.right);
    announce(status, "", feedback ? (right ? "good" : "almost") : "");
    setHidden(again, !feedback);
    setHidden(check, right, again);
    if (!feedback) return;
    status.append(make("p", { class: "pc-summary" }, feedback.summary));
    status.append(...lines(feedback.explanation));
  }

  function showHints(given, feedback) {
    const shown = hints.childElementCount;
    if (given.length < shown) hints.replaceChildren();
    given.slice(hints.childElementCount).forEach((text) => {
      const label = fill(words.hint_label, { n: hints.childElementCount + 1, total: item.hints });
      hints.append(make("p", { class: "pc-hint" }, make("strong", {}, label), " ", make("span", { dir: "auto" }, text)));
    });
    hint.textContent = given.length ? words.next_hint : words.hint;
    setHidden(hint, given.length >= item.hints || Boolean(feedback?.right), check.hidden ? again : check);
  }

  const buttons = make("div", { class: "pc-buttons" }, check, hint, again);
  return { hints, buttons, showFeedback, showHints };
}
