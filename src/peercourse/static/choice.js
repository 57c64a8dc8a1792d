// Options to choose from: one (radio buttons) or several (boxes).

function choiceControl({ item, words, onChange }) {
  const name = freshId();
  const options = item.options.map((option) => drawOption(option, item.kind, name));
  const rows = options.map((option) => option.row);
  for (const row of rows) row.addEventListener("change", () => onChange());
  return {
    elements: rows,
    first: words.choose_first,
    value: () => options.filter((option) => option.input.checked).map((option) => option.id),
    show(value) {
      for (const option of options) option.input.checked = value.includes(option.id);
    },
    tell(feedback) {
      const parts = new Map((feedback?.parts ?? []).map((part) => [part.id, part]));
      for (const option of options) option.showReason(parts.get(option.id));
    },
    focus: () => options[0].input.focus(),
  };
}

function drawOption(option, kind, name) {
  const type = kind === "single" ? "radio" : "checkbox";
  const reason = makeReason();
  const input = make("input", { type, name, value: option.id });
  const text = make("span", { class: "pc-option-text", dir: "auto" }, option.text);
  const row = make("div", { class: "pc-option" }, make("label", {}, input, text), reason.box);
  return { id: option.id, input, row, showReason: (part) => reason.show(part ? [part] : [], input) };
}

/** A place for what is told about one part of an answer; its field is described by it. */
function makeReason(tag = "div") {
  const box = make(tag, { class: "pc-reason", id: freshId(), hidden: true });

  function show(parts, field) {
    box.hidden = !parts.length;
    box.dataset.tone = parts.length && parts.every((part) => part.fits) ? "good" : "quiet";
    box.replaceChildren(...parts.map(drawPart));
    if (parts.length) field?.setAttribute("aria-describedby", box.id);
    else field?.removeAttribute("aria-describedby");
  }

  return { box, show };
}

function drawPart(part) {
  const line = make("span", { class: "pc-line", dir: "auto" });
  if (part.label) line.append(make("strong", {}, part.label), " ");
  line.append(part.why);
  return line;
}
