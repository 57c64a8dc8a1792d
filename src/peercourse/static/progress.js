// Where the learner stands: one table for the course, and what comes next. Read anew whenever it is asked for.

function drawProgress({ model, words, root }) {
  const item = model.get("item");
  const title = make("p", { class: "pc-title", id: freshId() }, item.title);
  const body = make("div", {});
  const status = make("div", { class: "pc-status", role: "status" });
  const line = connect({
    model,
    onSlow: () => announce(status, words.saving, "busy"),
    onSilence: () => announce(status, words.no_answer, "problem"),
    onReply: () => announce(status, words.progress_fresh, "quiet"),
  });
  const again = button(words.progress_again, () => line.send({ type: "again" }));
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", title.id);
  root.append(title, body, make("div", { class: "pc-buttons" }, again), status, make("p", { class: "pc-how" }, item.kept));

  function refresh() {
    const view = model.get("view");
    const next = make("p", { class: "pc-next" }, make("strong", {}, words.progress_next), " ");
    next.append(view.next_link ? make("a", { href: view.next_link }, view.next) : view.next);
    const content = [next, make("p", {}, view.cards), drawProgressTable(view, words, title.id)];
    content.push(...view.topics.map((topic) => drawObjectives(topic)));
    if (view.exams.length) {
      const rows = view.exams.map((text) => make("li", {}, text));
      content.push(make("details", {}, make("summary", {}, words.exam_history), make("ul", {}, ...rows)));
    }
    const open = [...body.querySelectorAll("details")].map((details) => details.open);
    body.replaceChildren(...content);
    body.querySelectorAll("details").forEach((details, index) => { details.open = Boolean(open[index]); });
  }

  refresh();
  model.on("change:view", refresh);
  return () => {
    model.off("change:view", refresh);
    line.close();
  };
}

function drawProgressTable({ topics }, words, name) {
  const heads = [words.progress_topic, words.progress_read, words.progress_practised, words.progress_handed_in];
  heads.push(words.progress_mastered);
  const share = (percent) => {
    const bar = make("span", { class: "pc-bar", "aria-hidden": "true" });
    bar.style.setProperty("--pc-share", `${percent}%`);
    return [bar, ` ${percent} %`];
  };
  const rows = topics.map((topic) => {
    const contents = [share(topic.read), share(topic.practised), [topic.handed_in], [topic.mastered]];
    const cells = contents.map((content, index) => make("td", { "data-head": heads[index + 1] }, ...content));
    return make("tr", {}, make("th", { scope: "row" }, make("a", { href: topic.link }, topic.title)), ...cells);
  });
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const table = make("table", { class: "pc-table pc-stack" }, make("thead", {}, head), make("tbody", {}, ...rows));
  return make("div", { class: "pc-scroll", tabindex: "0", role: "group", "aria-labelledby": name }, table);
}

function drawObjectives({ title, objectives, mastered }) {
  const rows = objectives.map(({ text, days }) => make("li", {}, `${text} `, make("span", { class: "pc-days" }, days)));
  return make("details", {}, make("summary", {}, `${title}: ${mastered}`), make("ul", {}, ...rows));
}
