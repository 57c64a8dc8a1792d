// A text with gaps: some are chosen from a list, some are typed.

const WORDS_AROUND = 4;

function clozeControl({ item, words, onChange, onEnter }) {
  const pieces = item.pieces;
  const total = pieces.filter((piece) => piece.gap).length;
  const gaps = [];
  const tables = [];
  const text = make("p", { class: "pc-cloze", dir: "auto" });
  pieces.forEach((piece, index) => {
    if (!piece.gap) {
      text.append(piece.text);
      return;
    }
    const { letters, table } = letterOptions(piece.options);
    const field = piece.options.length ? drawSelect(piece.options, letters, words) : typedField({ dir: "auto", size: 16, onChange, onEnter });
    if (piece.options.length) field.addEventListener("change", () => onChange());
    const around = `${lastWords(pieces[index - 1]?.text)} … ${firstWords(pieces[index + 1]?.text)}`.trim();
    field.setAttribute("aria-label", fill(words.gap, { n: gaps.length + 1, total, words: around }));
    const number = make("span", { class: "pc-gap-number", "aria-hidden": "true" }, String(gaps.length + 1));
    text.append(make("span", { class: "pc-gap" }, number, field));
    gaps.push({ id: piece.gap, field, reason: makeReason("li") });
    if (table) tables.push(make("p", { class: "pc-how" }, fill(words.gap_short, { n: gaps.length })), table);
  });
  const reasons = make("ul", { class: "pc-gap-reasons", role: "list", hidden: true }, ...gaps.map((gap) => gap.reason.box));
  return {
    elements: [text, ...tables, reasons],
    first: words.gap_first,
    value: () => gaps.filter((gap) => gap.field.value.trim()).map((gap) => `${gap.id}=${gap.field.value.trim()}`),
    show(value) {
      const given = pairsOf(value);
      for (const gap of gaps) gap.field.value = given.get(gap.id) ?? "";
    },
    tell(feedback) {
      const parts = new Map((feedback?.parts ?? []).map((part) => [part.id, part]));
      reasons.hidden = !parts.size;
      gaps.forEach((gap, index) => {
        const part = parts.get(gap.id);
        const label = part ? `${fill(words.gap_short, { n: index + 1 })} ${part.label}` : "";
        gap.reason.show(part ? [{ ...part, label }] : [], gap.field);
      });
    },
    focus: () => gaps[0].field.focus(),
  };
}

const lastWords = (text = "") => text.trim().split(/\s+/).slice(-WORDS_AROUND).join(" ");
const firstWords = (text = "") => text.trim().split(/\s+/).slice(0, WORDS_AROUND).join(" ");
