// One question of the practice exam, with its clock, the break that is offered, all questions at a glance, and the finish.

function drawExamQuestion({ item, view, words, ask, clock, status, model, isBusy }) {
  const asked = view.item;
  const total = view.names.length;
  const send = (message, then) => ask({ item: asked.id, spent: clock.whole(), ...message }, then);
  const place = make("p", { class: "pc-meta", tabindex: "-1" }, fill(words.exam_item, { n: view.number + 1, total }));
  const bar = drawExamClock({ item, words, clock, model, send });
  // The same number may be asked for again: an attempt is told by how many were finished before it.
  const draft = `${item.draft}:${view.history.length}:${view.seed}:${asked.id}`;
  const form = drawExamOptions({ asked, draft, words, send, status });
  const sure = drawExamConfidence({ asked, words, send });
  const flag = make("input", { type: "checkbox", checked: view.flagged.includes(asked.id) });
  flag.addEventListener("change", () => send({ type: "flag", flag: flag.checked }));
  const flagRow = make("div", { class: "pc-option" }, make("label", {}, flag, make("span", {}, words.exam_flag)));
  const go = (index) => send({ type: "go", item: view.names[index] });
  const back = button(words.exam_back, () => go(view.number - 1));
  const next = button(words.exam_next, () => go(view.number + 1), "main");
  back.disabled = view.number === 0;
  next.disabled = view.number === total - 1;
  const notice = drawExamBreak({ item, view, words, send });
  const finish = drawExamFinish({ words, model, send });
  const overview = drawExamOverview({ view, words, go });
  const paper = make("div", {}, notice, form.fieldset, sure, flagRow, make("div", { class: "pc-buttons" }, back, next));

  function refresh(now) {
    setHidden(paper, now.paused);
    bar.refresh(now);
    overview.refresh(now);
    setHidden(notice, !now.offer_break);
    if (!isBusy()) form.follow(now.item.value); // answered in another tab
  }
  refresh(view);
  const number = make("p", { class: "pc-how" }, fill(words.exam_number, view));
  return { content: [place, bar.box, paper], after: [overview.box, finish, number], refresh, focus: () => place.focus() };
}

function drawExamOptions({ asked, draft, words, send, status }) {
  const name = freshId();
  const type = asked.kind === "single" ? "radio" : "checkbox";
  const how = make("p", { class: "pc-how", id: freshId() }, asked.how);
  const fieldset = make("fieldset", { "aria-describedby": how.id }, make("legend", {}, ...lines(asked.stem)), how);
  const inputs = asked.options.map(({ id, text }) => {
    const input = make("input", { type, name, value: id, checked: asked.value.includes(id) });
    const label = make("label", {}, input, make("span", { class: "pc-option-text", dir: "auto" }, text));
    fieldset.append(make("div", { class: "pc-option" }, label));
    return input;
  });
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const show = (value) => { for (const input of inputs) input.checked = value.includes(input.value); };
  const save = () => {
    drafts.keep(draft, { value: chosen() });
    send({ type: "answer", value: chosen() }, () => {
      drafts.drop(draft);
      announce(status, words.saved, "good");
    });
  };
  fieldset.addEventListener("change", save);
  const unsaved = drafts.read(draft);
  if (Array.isArray(unsaved?.value)) {
    show(unsaved.value);
    save();
  }
  return { fieldset, follow: (value) => { if (!drafts.read(draft)) show(value); } };
}

function drawExamConfidence({ asked, words, send }) {
  const name = freshId();
  const levels = [1, 2, 3].map((level) => {
    const input = make("input", { type: "radio", name, value: level, checked: asked.confidence === level });
    input.addEventListener("change", () => send({ type: "confidence", level }));
    return make("label", { class: "pc-level" }, input, make("span", {}, words[`confidence_${level}`]));
  });
  return make("fieldset", { class: "pc-levels" }, make("legend", { class: "pc-how" }, words.exam_confidence), ...levels);
}

function drawExamClock({ item, words, clock, model, send }) {
  const time = make("span", { class: "pc-time" });
  const pause = button(words.exam_pause, () => send({ type: model.get("view").paused ? "resume" : "pause" }));
  const extend = button(fill(words.exam_extend, { n: item.extension }), () => send({ type: "extend" }));
  const off = button(words.exam_stop_clock, () => send({ type: "clock", minutes: 0 }));
  const paused = make("p", { role: "status" });
  const box = make("div", { class: "pc-clock" }, time, pause, extend, off, paused, clock.notice);
  const tell = () => {
    const { minutes } = model.get("view");
    time.textContent = minutes ? fill(words.exam_left, { time: asTime(clock.left()) }) : words.exam_no_clock;
  };
  clock.onTick(tell);
  return {
    box,
    refresh(now) {
      tell();
      pause.textContent = now.paused ? words.exam_resume : words.exam_pause;
      announce(paused, now.paused ? words.exam_paused : "");
      setHidden(extend, !now.minutes, pause);
      setHidden(off, !now.minutes, pause);
    },
  };
}

function drawExamBreak({ item, view, words, send }) {
  const text = make("p", {}, fill(words.exam_break, { n: view.number + 1 }));
  const rest = () => send({ type: "break" }, () => send({ type: "pause" }));
  const buttons = [button(words.exam_take_break, rest), button(words.exam_no_break, () => send({ type: "break" }))];
  return make("div", { class: "pc-hint" }, text, make("div", { class: "pc-buttons" }, ...buttons));
}

function drawExamFinish({ words, model, send }) {
  const sure = make("div", { class: "pc-hint", hidden: true, role: "group" });
  const finish = button(words.exam_finish, () => {
    const { names, answered, flagged } = model.get("view");
    const open = names.length - answered.length;
    const text = make("p", { tabindex: "-1", id: freshId() }, fill(words.exam_finish_sure, { open, flagged: flagged.length }));
    const stop = button(words.exam_go_on, () => setHidden(sure, true, finish));
    const go = button(words.exam_finish_anyway, () => send({ type: "finish" }), "main");
    sure.setAttribute("aria-labelledby", text.id);
    sure.replaceChildren(text, make("div", { class: "pc-buttons" }, go, stop));
    sure.hidden = false;
    text.focus();
  });
  return make("div", { class: "pc-finish" }, make("div", { class: "pc-buttons" }, finish), sure);
}

function drawExamOverview({ view, words, go }) {
  const summary = make("summary", {});
  const places = view.names.map((name, index) => {
    const place = button(String(index + 1), () => go(index));
    if (index === view.number) place.setAttribute("aria-current", "true");
    return place;
  });
  const box = make("details", { class: "pc-exam-all" }, summary, make("div", { class: "pc-places" }, ...places));
  function refresh(now) {
    const counts = { answered: now.answered.length, flagged: now.flagged.length };
    summary.textContent = fill(words.exam_all, counts);
    now.names.forEach((name, index) => {
      const states = [now.answered.includes(name) ? "answered" : "open"];
      if (now.flagged.includes(name)) states.push("flagged");
      const state = states.map((each) => words[`exam_${each}`]).join(", ");
      places[index].dataset.state = states.join(" ");
      places[index].setAttribute("aria-label", fill(words.exam_place, { n: index + 1, state }));
    });
  }
  return { box, refresh };
}
