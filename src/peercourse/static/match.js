// Lines, and for each of them a list to choose from.

const LONG_OPTION = 32; // letters that a closed list can show on a narrow page

function matchControl({ item, words, onChange }) {
  const { letters, table } = letterOptions(item.options);
  const pairs = item.prompts.map((prompt) => drawPair(prompt, item.options, letters, words));
  for (const pair of pairs) pair.select.addEventListener("change", () => onChange());
  return {
    elements: [...(table ? [table] : []), ...pairs.map((pair) => pair.row)],
    first: words.match_first,
    value: () => pairs.filter((pair) => pair.select.value).map((pair) => `${pair.id}=${pair.select.value}`),
    show(value) {
      const given = pairsOf(value);
      for (const pair of pairs) pair.select.value = given.get(pair.id) ?? "";
    },
    tell(feedback) {
      const parts = new Map((feedback?.parts ?? []).map((part) => [part.id, part]));
      for (const pair of pairs) pair.tell(parts.get(pair.id));
    },
    focus: () => pairs[0].select.focus(),
  };
}

function drawPair(prompt, options, letters, words) {
  const select = drawSelect(options, letters, words);
  select.id = freshId();
  const reason = makeReason();
  const label = make("label", { for: select.id, dir: "auto" }, prompt.text);
  const row = make("div", { class: "pc-pair" }, label, select, reason.box);
  return { id: prompt.id, row, select, tell: (part) => reason.show(part ? [part] : [], select) };
}

/** A native list; nothing is chosen until somebody chooses. */
function drawSelect(options, letters, words) {
  const entries = options.map((option) => {
    const letter = letters.get(option.id);
    return make("option", { value: option.id }, letter ? `${letter}. ${option.text}` : option.text);
  });
  return make("select", { dir: "auto" }, make("option", { value: "" }, words.choose), ...entries);
}

/** Long options are also written out in full under a letter: a closed list on a narrow page cuts them off. */
function letterOptions(options) {
  if (options.every((option) => option.text.length <= LONG_OPTION)) return { letters: new Map(), table: null };
  const letters = new Map(options.map((option, index) => [option.id, String.fromCharCode(65 + index)]));
  const rows = options.map((option) => make("li", { dir: "auto" }, make("strong", {}, `${letters.get(option.id)}. `), option.text));
  return { letters, table: make("ul", { class: "pc-letters", role: "list" }, ...rows) };
}

/** An answer of pairs "part=what" as a map. */
function pairsOf(value) {
  return new Map(value.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]));
}
