// Practice: own words, hints, how sure, Check, the reasons, another try. And polls, which have no right answer.

function drawPractice({ model, words, root, item }) {
  const poll = item.use === "poll";
  const frame = makeFrame({ item, words, root, onChange: changed, onEnter: checkNow });
  const { control, how, parts, status } = frame;
  const hints = make("div", { class: "pc-hints", "aria-live": "polite" });
  const sure = poll ? null : drawConfidence(words);
  const check = button(poll ? words.show_cases : words.check, checkNow, "main");
  const hint = button(words.hint, () => ask({ type: "hint" }));
  const why = button(words.show_why, () => ask({ type: "why", value: control.value() }));
  const again = button(words.try_again, startAgain);
  const buttons = make("div", { class: "pc-buttons" }, check, hint, why, again);
  const below = make("div", {}, hints, ...(sure ? [sure.box] : []), buttons);

  let asked = "";
  const saver = makeSaver({
    model, words, item, status,
    onAnswered: takeFeedback,
    onAsked() {
      if (asked !== "hint") takeFeedback();
      else if (status.dataset.tone === "busy") announce(status, "");
    },
  });
  const own = item.own_words ? drawOwnWords({ model, words, item, status, onOpen: openOptions }) : null;
  if (own) frame.fieldset.insertBefore(own.box, how);
  root.append(below, status);
  const { follow, settle } = makeFollower(model, control, saver.isWaiting);

  function ask(message) {
    asked = message.type;
    saver.ask(message);
  }

  function checkNow() {
    const value = control.value();
    if (!value.length) {
      announce(status, control.first, "quiet");
      return;
    }
    saver.save({ type: "check", value, confidence: sure?.level() ?? null });
  }

  function changed() {
    showFeedback(null);
    announce(status, control.note?.() ?? "", "quiet");
  }

  function startAgain() {
    control.show(Array.isArray(control.value()) ? [] : "");
    sure?.clear();
    showFeedback(null);
    showHints();
    control.focus();
    ask({ type: "again" });
  }

  function takeFeedback() {
    const { value, feedback } = model.get("view");
    settle(value);
    showFeedback(feedback);
    showHints();
  }

  function showFeedback(feedback) {
    const right = Boolean(feedback?.right);
    const over = right || Boolean(feedback?.shown);
    control.tell(feedback);
    announce(status, "", feedback ? (right ? "good" : "almost") : "");
    setHidden(again, !feedback || poll);
    setHidden(why, !feedback || over || poll, again);
    setHidden(check, over, again);
    if (sure) sure.box.hidden = Boolean(feedback);
    if (feedback) status.append(...told(feedback, model.get("view").reading, words));
  }

  function showHints() {
    const { hints: given, feedback } = model.get("view");
    if (given.length < hints.childElementCount) hints.replaceChildren();
    for (const text of given.slice(hints.childElementCount)) {
      const label = fill(words.hint_label, { n: hints.childElementCount + 1, total: item.hints });
      hints.append(make("p", { class: "pc-hint" }, make("strong", {}, label), " ", make("span", { dir: "auto" }, text)));
    }
    hint.textContent = given.length ? words.next_hint : words.hint;
    const over = Boolean(feedback?.right || feedback?.shown);
    setHidden(hint, given.length >= item.hints || over, check.hidden ? again : check);
  }

  function openOptions(byLearner) {
    for (const element of [how, parts, below]) element.hidden = false;
    if (byLearner) control.focus();
  }

  function refresh() {
    if (follow()) showFeedback(model.get("view").feedback);
    showHints();
    own?.refresh();
  }

  function sendUnsaved() {
    const draft = saver.unsaved();
    if (draft?.type !== "check" || saver.isWaiting()) return;
    control.show(draft.value);
    saver.save(draft);
  }

  if (own) for (const element of [how, parts, below]) element.hidden = true;
  refresh();
  sendUnsaved();
  model.on("change:view", refresh);
  return () => {
    model.off("change:view", refresh);
    own?.close();
    saver.close();
  };
}

/** What the status says about an answer that was checked. */
function told(feedback, reading, words) {
  const answer = feedback.answer.map((line) => make("li", { dir: "auto" }, line));
  return [
    ...(reading ? [make("p", { class: "pc-how" }, reading)] : []),
    make("p", { class: "pc-summary" }, feedback.summary),
    ...(answer.length === 1 ? [make("p", { dir: "auto" }, words.the_answer, " ", make("strong", {}, feedback.answer[0]))] : []),
    ...(answer.length > 1 ? [make("p", {}, words.the_answer), make("ol", { class: "pc-answer" }, ...answer)] : []),
    ...lines(feedback.explanation),
  ];
}

/** How sure somebody is, asked before anything is told: for themselves, never scored, never needed. */
function drawConfidence(words) {
  const name = freshId();
  const levels = [words.sure_1, words.sure_2, words.sure_3].map((text, index) => {
    const input = make("input", { type: "radio", name, value: index + 1 });
    return { input, label: make("label", {}, input, " ", text) };
  });
  const row = make("div", { class: "pc-levels" }, ...levels.map((level) => level.label));
  const box = make("fieldset", { class: "pc-sure" }, make("legend", {}, words.sure), row);
  return {
    box,
    level: () => Number(levels.find((level) => level.input.checked)?.input.value) || null,
    clear: () => levels.forEach((level) => (level.input.checked = false)),
  };
}

/** A few words of the learner's own before there is anything to choose from; kept in their private log. */
function drawOwnWords({ model, words, item, status, onOpen }) {
  const note = make("p", { class: "pc-how", id: freshId() }, words.own_words_note);
  const area = make("textarea", { class: "pc-short", id: freshId(), rows: 2, dir: "auto", "aria-describedby": note.id });
  const go = button(words.own_words_go, send, "main");
  const asking = make("div", {}, make("label", { for: area.id }, words.own_words), area, note, make("div", { class: "pc-buttons" }, go));
  const kept = make("p", { class: "pc-kept", dir: "auto", hidden: true });
  const saver = makeSaver({ model, words, item: { draft: `${item.draft}:words` }, status });
  let open = false;

  function show(text, byLearner) {
    open = true;
    asking.hidden = true;
    kept.hidden = false;
    kept.replaceChildren(make("strong", {}, words.own_words_kept), " ", text);
    onOpen(byLearner);
  }

  function send() {
    const text = area.value.trim();
    if (!text) {
      announce(status, words.own_words_first, "quiet");
      area.focus();
      return;
    }
    saver.save({ type: "words", text });
    show(text, true);
  }

  area.addEventListener("input", () => saver.keep({ type: "words", text: area.value }));
  area.value = saver.unsaved()?.text ?? "";
  return {
    box: make("div", { class: "pc-own" }, asking, kept),
    refresh() {
      const { words: text } = model.get("view");
      if (text && !open) show(text, false);
    },
    close: saver.close,
  };
}
