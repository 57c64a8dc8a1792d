// A case: the story so far, the moment, what can be done. One decision at a time.

function drawCase({ model, words, root }) {
  const item = model.get("item");
  const title = make("p", { class: "pc-title", id: freshId(), dir: "auto" }, item.title);
  const story = make("div", { class: "pc-story" });
  const moment = make("div", { class: "pc-moment", tabindex: "-1", role: "group" });
  const status = make("div", { class: "pc-status", role: "status" });
  const back = button(words.case_back, () => send({ type: "back" }));
  const begin = button(words.case_begin, () => send({ type: "begin" }));
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", title.id);
  root.append(make("p", { class: "pc-meta" }, item.meta), title, make("div", { class: "pc-opening" }, ...lines(item.stem)));
  root.append(story, moment, make("div", { class: "pc-buttons" }, back, begin), status);

  let shown = null;
  let moved = false; // only what the learner did moves the focus
  const line = connect({
    model,
    onSlow: () => announce(status, words.saving, "busy"),
    onSilence: () => announce(status, `${words.no_answer} ${words.case_no_answer}`, "problem"),
    onReply(reply) {
      if (reply.type === "not_saved") announce(status, fill(words.not_saved, reply), "problem");
      else announce(status, reply.reason ?? words.saved, reply.reason ? "quiet" : "good");
    },
  });

  function send(message) {
    if (line.isWaiting()) return;
    moved = true;
    announce(status, "");
    line.send(message);
  }

  function refresh() {
    const view = model.get("view");
    setHidden(back, !view.can_back || Boolean(view.locked), moment);
    setHidden(begin, !view.can_begin, moment);
    if (view.locked) announce(status, view.locked, "quiet");
    const now = JSON.stringify([view.value, view.locked]);
    if (now === shown) return;
    shown = now;
    story.replaceChildren(...view.before.map((passed, index) => drawPassed(passed, index === view.before.length - 1)));
    moment.replaceChildren(...drawMoment({ view, words, send }));
    // Who hears the page hears first what came of the choice, then what happens now.
    const reason = story.querySelector("div.pc-passed > .pc-reason");
    moment.setAttribute("aria-labelledby", [reason?.id, moment.firstChild.id].filter(Boolean).join(" "));
    if (moved) moment.focus();
    moved = false;
  }

  refresh();
  model.on("change:view", refresh);
  return () => {
    model.off("change:view", refresh);
    line.close();
  };
}

/** A moment that lies behind: older ones are folded up, the newest stays open with its reason. */
function drawPassed({ text, choice, label, why, fit }, newest) {
  const chosen = make("p", { class: "pc-chosen" }, choice);
  const reason = why ? make("div", { class: "pc-reason", id: freshId() }, make("strong", { dir: "auto" }, label), " ") : null;
  if (reason) {
    reason.dataset.tone = fit === "good" ? "good" : "quiet";
    reason.append(make("span", { dir: "auto" }, why));
  }
  // The whole block runs as its text does: its edge, too, stands where reading begins.
  const told = lines(text);
  for (const line of told) line.removeAttribute("dir");
  if (newest) return make("div", { class: "pc-passed", dir: "auto" }, ...told, chosen, reason);
  const summary = make("summary", {}, make("span", { class: "pc-taken" }, choice));
  return make("details", { class: "pc-passed", dir: "auto" }, summary, ...told, reason);
}

function drawMoment({ view, words, send }) {
  const text = make("div", { class: "pc-scene", id: freshId() }, ...lines(view.text));
  if (view.ending) {
    const ending = make("div", { class: "pc-ending" }, make("strong", {}, view.ending.title));
    ending.append(...lines(view.ending.lesson));
    return [text, ending];
  }
  const ask = make("p", { class: "pc-how", id: freshId() }, words.case_ask);
  const choices = view.choices.map(({ id, text: label }) => {
    const choice = button(label, () => send({ type: "choose", choice: id }), "choice");
    choice.dir = "auto";
    choice.disabled = Boolean(view.locked);
    return choice;
  });
  const group = make("div", { class: "pc-choices", role: "group", "aria-labelledby": ask.id }, ...choices);
  return [text, ask, group];
}
