// Charts to explore: lines, bars, and estimates with their intervals. Drawn as SVG, told as a table.

const CHART = { width: 640, left: 56, right: 120, top: 16, bottom: 40 };
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "12 4", "4 2"];
const MAX_SERIES = 6;

function drawChart({ model, words, root }) {
  const item = model.get("item");
  const title = make("p", { class: "pc-title", id: freshId() }, item.title);
  const picture = make("div", { class: "pc-picture", tabindex: "0", role: "group", "aria-labelledby": title.id });
  const table = make("div", {});
  const status = make("div", { class: "pc-status", role: "status" });
  const column = (name) => item.columns.indexOf(name);
  const values = (name) => [...new Set(item.rows.map((row) => row[column(name)]))];
  const state = { measure: item.measures[0], picked: item.picked, show: [...item.show], byName: false };
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", title.id);

  function rows() {
    let found = item.pick ? item.rows.filter((row) => row[column(item.pick)] === state.picked) : item.rows;
    if (item.series) found = found.filter((row) => state.show.includes(row[column(item.series)]));
    return found;
  }

  function redraw(said = "") {
    const drawn = { item, words, rows: rows(), column, measure: state.measure, state };
    picture.replaceChildren(DRAW_CHART[item.form](drawn));
    table.replaceChildren(drawDataTable(drawn));
    announce(status, said, "quiet");
  }

  root.append(title, drawChartControls({ item, words, state, values, redraw }), picture);
  root.append(make("p", { class: "pc-how" }, item.alt));
  if (item.note) root.append(make("p", { class: "pc-hint" }, item.note));
  root.append(make("details", {}, make("summary", {}, words.chart_table), table), status);
  redraw();
  return () => {};
}

const DRAW_CHART = { line: drawLines, bar: drawBars, forest: drawForest };

/** A column's name as people write it. */
const asTitle = (name) => name.charAt(0).toLocaleUpperCase() + name.slice(1).replaceAll("_", " ");

// --- controls ----------------------------------------------------------------------------------------

function drawChartControls({ item, words, state, values, redraw }) {
  const box = make("div", { class: "pc-controls" });
  const choose = (label, options, value, then) => {
    const select = make("select", { id: freshId() }, ...options.map(([id, text]) => make("option", { value: id }, text)));
    select.value = value;
    select.addEventListener("change", () => then(select.value));
    box.append(make("p", {}, make("label", { for: select.id }, label), " ", select));
    return select;
  };
  if (item.measures.length > 1) {
    choose(words.chart_measure, item.measures.map(({ column, label }) => [column, label]), state.measure.column, (name) => {
      state.measure = item.measures.find((measure) => measure.column === name);
      redraw(state.measure.label);
    });
  }
  if (item.pick) {
    choose(asTitle(item.pick), values(item.pick).map((name) => [name, name]), state.picked, (name) => {
      state.picked = name;
      redraw(name);
    });
  }
  if (item.form === "bar") {
    choose(words.chart_order, [["value", words.chart_by_value], ["name", words.chart_by_name]], "value", (order) => {
      state.byName = order === "name";
      redraw();
    });
  }
  if (item.series) box.append(drawSeriesPicker({ words, state, names: values(item.series), redraw }));
  return box;
}

function drawSeriesPicker({ words, state, names, redraw }) {
  const chosen = make("ul", { class: "pc-chips" });
  const select = make("select", { id: freshId() });
  const box = make("div", {}, make("label", { for: select.id }, words.chart_add), " ", select, chosen);

  function refresh() {
    const free = names.filter((name) => !state.show.includes(name));
    select.replaceChildren(make("option", { value: "" }, words.chart_choose), ...free.map((name) => make("option", {}, name)));
    select.disabled = state.show.length >= MAX_SERIES;
    chosen.replaceChildren(...state.show.map((name) => {
      const away = button(`${name} ✕`, () => {
        state.show = state.show.filter((each) => each !== name);
        refresh();
        select.focus();
        redraw(fill(words.chart_removed, { name }));
      });
      away.setAttribute("aria-label", fill(words.chart_remove, { name }));
      return make("li", {}, away);
    }));
  }

  select.addEventListener("change", () => {
    const name = select.value;
    if (!name) return;
    state.show = [...state.show, name];
    refresh();
    redraw(fill(words.chart_added, { name }));
  });
  refresh();
  return box;
}

// --- pictures ----------------------------------------------------------------------------------------

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const asNumber = (value) => (value === null ? "–" : value.toLocaleString(undefined, { maximumFractionDigits: 2 }));

function frame(label, height, width = CHART.width) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "pc-chart" });
}

/** Round steps that make three to six lines between 0 and `most`. */
function steps(most) {
  const rough = Math.max(most, 1e-9) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((size) => size >= rough);
  return Array.from({ length: Math.floor(most / step) + 2 }, (_, index) => index * step);
}

function drawLines({ item, words, rows, column, measure, state }) {
  const height = 340;
  const points = rows.map((row) => ({
    x: row[column(item.x)],
    y: row[column(measure.column)],
    name: item.series ? row[column(item.series)] : measure.label,
  })).filter(({ x, y }) => x !== null && y !== null);
  const picture = frame(chartLabel({ item, measure, state, words }), height);
  if (!points.length) return make("p", {}, words.chart_empty);
  const xs = points.map(({ x }) => x);
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const ticks = steps(Math.max(...points.map(({ y }) => y)));
  const atX = (x) => CHART.left + ((x - first) / (last - first || 1)) * (CHART.width - CHART.left - CHART.right);
  const atY = (y) => height - CHART.bottom - (y / ticks.at(-1)) * (height - CHART.top - CHART.bottom);
  for (const tick of ticks) {
    picture.append(svg("line", { x1: CHART.left, x2: CHART.width - CHART.right, y1: atY(tick), y2: atY(tick), class: "pc-grid" }));
    picture.append(svg("text", { x: CHART.left - 8, y: atY(tick) + 4, "text-anchor": "end" }, asNumber(tick)));
  }
  const labels = [...new Set(xs)].sort((a, b) => a - b);
  const every = Math.ceil(labels.length / 9);
  labels.filter((_, index) => index % every === 0).forEach((x) => {
    picture.append(svg("text", { x: atX(x), y: height - CHART.bottom + 20, "text-anchor": "middle" }, String(x)));
  });
  const names = item.series ? state.show : [measure.label];
  const ends = [];
  names.forEach((name, index) => {
    const line = points.filter((point) => point.name === name).sort((a, b) => a.x - b.x);
    if (!line.length) return;
    const path = line.map(({ x, y }, place) => `${place ? "L" : "M"}${atX(x).toFixed(1)} ${atY(y).toFixed(1)}`).join("");
    picture.append(svg("path", { d: path, class: `pc-line-${index}`, "stroke-dasharray": DASHES[index] }));
    for (const { x, y } of line) {
      const dot = svg("circle", { cx: atX(x), cy: atY(y), r: 3, class: `pc-dot-${index}` });
      dot.append(svg("title", {}, `${name}, ${x}: ${asNumber(y)} ${measure.unit}`));
      picture.append(dot);
    }
    ends.push({ name, y: atY(line.at(-1).y), index });
  });
  apart(ends, 16).forEach(({ name, y, index }) => {
    picture.append(svg("text", { x: CHART.width - CHART.right + 8, y: y + 4, class: `pc-name-${index}` }, shortened(name, 17)));
  });
  return picture;
}

/** Labels moved down so far that none covers another. */
function apart(ends, gap) {
  const placed = [...ends].sort((a, b) => a.y - b.y);
  placed.forEach((end, index) => {
    if (index) end.y = Math.max(end.y, placed[index - 1].y + gap);
  });
  return placed;
}

const shortened = (text, size) => (text.length > size ? `${text.slice(0, size - 1)}…` : text);

function drawBars({ item, words, rows, column, measure, state }) {
  const bars = rows.map((row) => ({ name: String(row[column(item.x)]), value: row[column(measure.column)] }));
  bars.sort((a, b) => (state.byName ? a.name.localeCompare(b.name) : (b.value ?? -1) - (a.value ?? -1)));
  if (!bars.length) return make("p", {}, words.chart_empty);
  const left = 190;
  const most = Math.max(...bars.map(({ value }) => value ?? 0), 1e-9);
  const height = bars.length * 22 + 12;
  const picture = frame(chartLabel({ item, measure, state, words }), height);
  bars.forEach(({ name, value }, index) => {
    const y = 6 + index * 22;
    const length = ((value ?? 0) / most) * (CHART.width - left - 80);
    const chosen = item.show.includes(name);
    picture.append(
      svg("text", { x: left - 8, y: y + 14, "text-anchor": "end", class: chosen ? "pc-strong" : "" }, shortened(name, 26)),
      svg("rect", { x: left, y: y + 3, width: length.toFixed(1), height: 14, class: chosen ? "pc-bar-chosen" : "pc-bar-plain" }),
      svg("text", { x: left + length + 6, y: y + 14, class: chosen ? "pc-strong" : "" }, value === null ? words.chart_missing : asNumber(value)),
    );
  });
  return picture;
}

function drawForest({ item, words, rows, column, measure, state }) {
  const [low, high] = [column(item.low), column(item.high)];
  const left = 250;
  const numbers = rows.flatMap((row) => [row[low], row[high]]).concat(item.reference ?? []).filter((n) => n !== null && n > 0);
  const scale = item.log_scale ? Math.log : (value) => value;
  const [least, most] = [scale(Math.min(...numbers) * 0.9), scale(Math.max(...numbers) * 1.1)];
  const at = (value) => left + ((scale(value) - least) / (most - least)) * (CHART.width - left - 20);
  const height = rows.length * 46 + 44;
  const picture = frame(chartLabel({ item, measure, state, words }), height);
  for (const tick of forestTicks(item, Math.min(...numbers), Math.max(...numbers))) {
    const line = tick === item.reference ? "pc-reference" : "pc-grid";
    picture.append(svg("line", { x1: at(tick), x2: at(tick), y1: 8, y2: height - 34, class: line }));
    picture.append(svg("text", { x: at(tick), y: height - 14, "text-anchor": "middle" }, asNumber(tick)));
  }
  rows.forEach((row, index) => {
    const y = 26 + index * 46;
    const [name, estimate] = [String(row[column(item.x)]), row[column(measure.column)]];
    const told = `${asNumber(estimate)} (${asNumber(row[low])}–${asNumber(row[high])})`;
    picture.append(
      svg("text", { x: 4, y }, shortened(name, 36)),
      svg("text", { x: 4, y: y + 18, class: "pc-strong" }, told),
      svg("line", { x1: at(row[low]), x2: at(row[high]), y1: y, y2: y, class: "pc-interval" }),
      svg("rect", { x: at(estimate) - 6, y: y - 6, width: 12, height: 12, class: "pc-bar-chosen" }),
    );
  });
  return picture;
}

/** Halves and doubles of the reference on a log scale, else round steps; always the reference itself. */
function forestTicks(item, least, most) {
  const ticks = item.log_scale ? [0.125, 0.25, 0.5, 1, 2, 4, 8].map((times) => times * (item.reference ?? 1)) : steps(most);
  const inside = ticks.filter((tick) => tick >= least * 0.9 && tick <= most * 1.1);
  return [...new Set([...inside, ...(item.reference === null ? [] : [item.reference])])];
}

function chartLabel({ item, measure, state, words }) {
  const shown = item.series ? state.show.join(", ") : state.picked;
  return fill(words.chart_label, { title: item.title, measure: measure.label, shown: shown || item.alt });
}

// --- the table ---------------------------------------------------------------------------------------

function drawDataTable({ item, words, rows, measure }) {
  const names = Object.fromEntries(item.measures.map(({ column, label }) => [column, label]));
  const wanted = item.columns.filter((name) => !(name in names) || name === measure.column);
  const heads = wanted.map((name) => make("th", { scope: "col" }, names[name] ?? asTitle(name)));
  const lines = rows.map((row) => make("tr", {}, ...wanted.map((name) => {
    const value = row[item.columns.indexOf(name)];
    return make("td", {}, value === null ? words.chart_missing : String(value));
  })));
  const table = make("table", { class: "pc-table" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...lines));
  return make("div", { class: "pc-scroll", tabindex: "0", role: "group", "aria-label": item.title }, table);
}
