// What a finished exam says: by area, by how sure somebody was, what to study next, and every question with its reasons.

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
