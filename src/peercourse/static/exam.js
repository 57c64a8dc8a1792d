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
