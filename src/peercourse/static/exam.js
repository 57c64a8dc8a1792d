// The practice exam: one question at a time, no running score, a clock that can be paused, extended and turned off.

const BEAT_MS = 20_000; // so often the time spent is written down while nothing else is
const WARN_MINUTES = [30, 10, 5];

function drawExam({ model, words, root }) {
  const item = model.get("item");
  const title = make("p", { class: "pc-title", id: freshId() }, item.title);
  const body = make("div", {});
  const status = make("div", { class: "pc-status", role: "status" });
  const after = make("div", {}); // below the status: "Saved" stands beside what was saved, not under 150 numbers
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", title.id);
  root.append(title, body, status, after);

  let part = null; // what is drawn now: the start page, a question, or a report
  let drawn = "";
  let heard = () => {}; // what the reply to the newest message is for

  const line = connect({
    model,
    onSlow: () => announce(status, words.saving, "busy"),
    onSilence: () => announce(status, `${words.no_answer} ${words.no_answer_help}`, "problem"),
    onReply(reply) {
      const then = heard;
      heard = () => {};
      if (reply.type === "not_saved") announce(status, fill(words.not_saved, reply), "problem");
      else {
        announce(status, "");
        then(reply);
      }
    },
  });
  const ask = (message, then = () => {}) => {
    heard = then;
    line.send(message);
  };
  const clock = makeClock({ model, words, ask, isBusy: line.isWaiting });

  function refresh() {
    const view = model.get("view");
    clock.follow(view);
    const place = `${view.state} ${view.seed} ${view.item?.id ?? ""} ${view.history.length}`;
    if (place === drawn && part) part.refresh?.(view);
    else {
      const context = { item, view, words, ask, clock, status, model, isBusy: line.isWaiting };
      part = PARTS[view.state](context);
      body.replaceChildren(...part.content);
      after.replaceChildren(...(part.after ?? []));
      if (drawn && view.state === "running") part.focus?.();
    }
    drawn = place;
    if (view.problem) announce(status, view.problem, "problem");
  }

  refresh();
  model.on("change:view", refresh);
  return () => {
    model.off("change:view", refresh);
    clock.stop();
    line.close();
  };
}

const PARTS = { start: drawExamStart, running: drawExamQuestion, finished: drawExamReport };

// --- before ------------------------------------------------------------------------------------------

function drawExamStart({ item, view, words, ask }) {
  const name = freshId();
  const timed = [
    [item.minutes, fill(words.exam_clock_on, { minutes: item.minutes })],
    [0, words.exam_clock_off],
  ].map(([minutes, text], index) => {
    const input = make("input", { type: "radio", name, value: minutes, checked: index === 0 });
    return make("div", { class: "pc-option" }, make("label", {}, input, make("span", {}, text)));
  });
  const seed = make("input", { type: "text", inputmode: "numeric", id: freshId(), size: 8 });
  const clock = make("fieldset", {}, make("legend", { class: "pc-how" }, words.exam_clock), ...timed);
  const begin = button(words.exam_begin, () => {
    const minutes = Number(clock.querySelector("input:checked").value);
    const number = /^\d{1,6}$/.test(seed.value.trim()) ? { seed: Number(seed.value) } : {};
    ask({ type: "start", minutes, ...number });
  }, "main");
  begin.disabled = Boolean(item.read_only);
  const content = [
    make("p", {}, item.about),
    make("ul", {}, ...item.areas.map((text) => make("li", {}, text))),
    clock,
    make("p", { class: "pc-seed" }, make("label", { for: seed.id }, words.exam_seed), " ", seed),
    make("div", { class: "pc-buttons" }, begin),
  ];
  if (item.read_only) content.push(make("p", { class: "pc-how" }, item.read_only));
  if (view.history.length) content.push(drawExamHistory({ view, words, ask }));
  return { content };
}

function drawExamHistory({ view, words, ask }) {
  const rows = view.history.map(({ number, day, seed, result }) => {
    const name = make("span", { id: freshId() }, `${day} · ${fill(words.exam_number, { seed })} · ${result}`);
    const read = button(words.exam_read, () => ask({ type: "open", attempt: number }));
    read.setAttribute("aria-describedby", name.id);
    return make("li", {}, name, " ", read);
  });
  return make("details", { class: "pc-past" }, make("summary", {}, words.exam_history), make("ul", {}, ...rows.reverse()));
}

// --- the clock ---------------------------------------------------------------------------------------

/** Counts the seconds spent on the page. Nothing is counted while paused, asleep or closed. */
function makeClock({ model, words, ask, isBusy }) {
  let spent = 0;
  let running = false;
  let last = performance.now();
  let sinceBeat = 0;
  let warned = Infinity;
  let whenTold = () => {};
  const notice = make("p", { class: "pc-time-notice", role: "status" }); // apart, so that "Saved" does not take it away

  const ticking = setInterval(() => {
    const now = performance.now();
    const passed = Math.min(now - last, 2000) / 1000; // a laptop that slept uses no time up
    last = now;
    if (!running) return;
    spent += passed;
    sinceBeat += passed * 1000;
    tell();
    if (sinceBeat > BEAT_MS && !isBusy()) {
      sinceBeat = 0;
      ask({ type: "beat", item: model.get("view").item.id, spent: whole() });
    }
  }, 1000);

  const whole = () => Math.floor(spent);
  const left = () => Math.max(0, model.get("view").minutes * 60 - whole());

  function tell() {
    whenTold();
    if (!model.get("view").minutes) return;
    const minutes = Math.ceil(left() / 60);
    const due = WARN_MINUTES.filter((mark) => minutes <= mark).at(-1) ?? Infinity;
    if (left() === 0 && warned !== 0) announce(notice, words.exam_time_up, "almost");
    else if (due < warned) announce(notice, fill(words.exam_soon, { n: minutes }), "quiet");
    warned = left() === 0 ? 0 : Math.min(due, warned);
  }

  return {
    whole,
    left,
    notice,
    onTick: (then) => { whenTold = then; },
    follow(view) {
      running = view.state === "running" && !view.paused;
      if (view.state !== "running") return;
      if (Math.abs(view.spent - spent) > 60 || view.spent > spent) spent = view.spent;
      if (!view.minutes || left() > warned * 60) { // time was added, or the clock turned off
        warned = Infinity;
        announce(notice, "");
      }
    },
    stop: () => clearInterval(ticking),
  };
}

const asTime = (seconds) => {
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

// --- a question --------------------------------------------------------------------------------------

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

// --- after -------------------------------------------------------------------------------------------

function drawExamReport({ view, words, ask }) {
  const heading = make("p", { class: "pc-subhead", tabindex: "-1" }, fill(words.exam_number, view));
  const content = [heading, make("p", {}, view.summary)];
  content.push(drawExamTable(words.exam_by_area, words, view.tallies));
  if (view.calibration.length) content.push(drawExamTable(words.exam_calibration, words, view.calibration, false));
  if (view.plan.length) {
    const steps = view.plan.map(({ text, where, link, missed }) =>
      make("li", {}, make("p", {}, text), make("p", { class: "pc-plan-where" }, make("a", { href: link }, where), " ", missed)));
    content.push(make("p", { class: "pc-subhead" }, words.exam_plan), make("ol", { class: "pc-plan" }, ...steps));
    content.push(make("p", { class: "pc-how" }, words.exam_plan_cards));
  }
  content.push(drawExamReview({ view, words, ask }));
  content.push(make("div", { class: "pc-buttons" }, button(words.exam_again, () => ask({ type: "new" }), "main")));
  if (view.history.length > 1) content.push(drawExamHistory({ view, words, ask }));
  return { content, focus: () => heading.focus() };
}

function drawExamTable(caption, words, tallies, advise = true) {
  const heads = [advise ? words.exam_area : words.exam_sure, words.exam_right, words.exam_asked, words.exam_share, ...(advise ? [words.exam_advice] : [])];
  const rows = tallies.map(({ label, right, asked, percent, advice }) => {
    const bar = make("span", { class: "pc-bar", "aria-hidden": "true" });
    bar.style.setProperty("--pc-share", `${percent}%`);
    const contents = [[String(right)], [String(asked)], [bar, ` ${percent} %`], ...(advise ? [[advice]] : [])];
    const cells = contents.map((content, index) => make("td", { "data-head": heads[index + 1] }, ...content));
    return make("tr", {}, make("th", { scope: "row" }, label), ...cells);
  });
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const table = make("table", { class: "pc-table pc-stack" }, make("caption", {}, caption), make("thead", {}, head));
  table.append(make("tbody", {}, ...rows));
  return make("div", { class: "pc-scroll", tabindex: "0", role: "group", "aria-label": caption }, table);
}

function drawExamReview({ view, words, ask }) {
  const entries = view.review.map(({ id, number, stem, mark }) => {
    const inside = make("div", {});
    const summary = make("summary", { dir: "auto" }, make("strong", {}, `${number}. ${mark}.`), " ", stem);
    const entry = make("details", { class: "pc-review" }, summary, inside);
    entry.addEventListener("toggle", () => {
      if (entry.open && !inside.childElementCount) ask({ type: "show", item: id }, (told) => showExamItem(inside, told, words));
    });
    return entry;
  });
  return make("details", { class: "pc-look" }, make("summary", {}, words.exam_review), ...entries);
}

function showExamItem(inside, { options = [], explanation = "" }, words) {
  const rows = options.map(({ text, chosen, right, label, why }) => {
    const row = make("div", { class: "pc-reason" }, make("p", { dir: "auto" }, text));
    row.dataset.tone = right ? "good" : "quiet";
    if (chosen) row.firstChild.append(" ", make("em", {}, `(${words.exam_your_choice})`));
    row.append(make("strong", {}, label), " ", make("span", { dir: "auto" }, why));
    return row;
  });
  inside.replaceChildren(...rows, ...lines(explanation));
}
