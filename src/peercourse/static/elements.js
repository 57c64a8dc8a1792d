// Making elements. Text goes in as text only: what an author or a learner wrote is never parsed as HTML.

let idsGiven = 0;

/** An id no other element has, also where a widget is shown twice. */
function freshId() {
  idsGiven += 1;
  return `peercourse-${idsGiven}-${Math.random().toString(36).slice(2, 8)}`;
}

/** An element with attributes and children; null children and attributes that are null or false are left out. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** `text` as one block per line; spans, because a legend and a label may hold no paragraphs. */
function lines(text) {
  return text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => make("span", { class: "pc-line", dir: "auto" }, line));
}

function button(label, onClick, kind = "plain") {
  const element = make("button", { type: "button", class: `pc-button pc-${kind}` }, label);
  element.addEventListener("click", onClick);
  return element;
}

/** A catalogue text with its {names} filled in. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Show `text` in a live region; emptied first, so that the same text is announced again. */
function announce(region, text, tone = "") {
  region.dataset.tone = tone;
  region.replaceChildren();
  if (text) region.append(text);
}

/** Show or hide; a hidden element that had the focus hands it to `next`. */
function setHidden(element, hidden, next = null) {
  const hadFocus = element === document.activeElement;
  element.hidden = hidden;
  if (hidden && hadFocus && next) next.focus();
}

/** Keys typed in our controls are ours: without this, x cuts the cell and arrows leave it. */
function keepKeys(event) {
  if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== "Escape") event.stopPropagation();
}
