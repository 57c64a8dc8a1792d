// A number, typed. The kernel reads it and tells how it was read.

function numericControl({ item, words, onChange, onEnter }) {
  const unit = item.unit ? make("span", { id: freshId(), dir: "auto" }, item.unit) : null;
  const input = typedField({ inputmode: "decimal", dir: "ltr", size: 14, onChange, onEnter });
  const reason = makeReason();
  input.id = freshId();
  const label = make("label", { for: input.id }, words.number);
  const described = () => [unit?.id, reason.box.hidden ? null : reason.box.id].filter(Boolean).join(" ");

  function describe() {
    if (described()) input.setAttribute("aria-describedby", described());
    else input.removeAttribute("aria-describedby");
  }

  describe();
  return {
    elements: [make("div", { class: "pc-number" }, label, input, unit), reason.box],
    first: words.number_first,
    value: () => input.value.trim(),
    show(value) {
      input.value = value;
    },
    tell(feedback) {
      reason.show(feedback?.parts ?? [], null);
      describe();
    },
    focus: () => input.focus(),
  };
}

/** A short text field that says when somebody types and when they press Enter. */
function typedField({ onChange, onEnter, ...attributes }) {
  const plain = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 200 };
  const input = make("input", { ...plain, ...attributes });
  input.addEventListener("input", () => onChange(true));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) onEnter();
  });
  return input;
}
