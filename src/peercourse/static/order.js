// Steps to be put in order, by buttons or by Alt with the arrow keys; dragging is only an extra.
// An order nobody has touched is no answer: the first move, or "This order", makes it one.

function orderControl({ item, words, onChange }) {
  const rows = new Map(item.steps.map((step) => [step.id, drawStep(step, words, (by) => move(step.id, by))]));
  const list = make("ol", { class: "pc-steps", role: "list" }, ...[...rows.values()].map((row) => row.row));
  const settle = button(words.this_order, () => {
    touched = true;
    number();
    rows.get(order[0]).focus();
    onChange();
  });
  let order = item.steps.map((step) => step.id);
  let touched = false;
  let note = "";

  function number() {
    order.forEach((id, index) => rows.get(id).place(index, order.length));
    settle.hidden = touched;
  }

  /** Put the step at another place. Its neighbours move in the page, so that it keeps the focus. */
  function put(id, place) {
    const from = order.indexOf(id);
    const { row } = rows.get(id);
    const passed = order.splice(from, 1) && (place > from ? order.slice(from, place) : order.slice(place, from).reverse());
    order.splice(place, 0, id);
    for (const other of passed) {
      if (place > from) list.insertBefore(rows.get(other).row, row);
      else list.insertBefore(rows.get(other).row, row.nextSibling);
    }
    number();
  }

  function tellPlace(id) {
    const { text } = item.steps.find((step) => step.id === id);
    note = fill(words.moved, { text: text.replace(/\.$/, ""), place: order.indexOf(id) + 1, total: order.length });
    touched = true;
    number();
    onChange();
  }

  function move(id, by) {
    const place = order.indexOf(id) + by;
    if (place < 0 || place >= order.length || list.closest("fieldset:disabled")) return;
    put(id, place);
    tellPlace(id);
  }

  makeDraggable(list, { rows, order: () => order, put, dropped: tellPlace });
  number();
  return {
    elements: [list, make("div", { class: "pc-buttons" }, settle)],
    first: words.order_first,
    value: () => (touched ? [...order] : []),
    show(value) {
      touched = value.length > 0;
      order = touched ? [...value] : item.steps.map((step) => step.id);
      list.append(...order.map((id) => rows.get(id).row));
      number();
    },
    tell(feedback) {
      const parts = new Map((feedback?.parts ?? []).map((part) => [part.id, part]));
      for (const [id, row] of rows) row.tell(parts.get(id));
    },
    focus: () => rows.get(order[0]).focus(),
    note() {
      const said = note;
      note = "";
      return said;
    },
  };
}

function drawStep(step, words, move) {
  const up = moveButton("↑", fill(words.move_up, step), () => move(-1));
  const down = moveButton("↓", fill(words.move_down, step), () => move(1));
  const place = make("span", { class: "pc-place", "aria-hidden": "true" });
  const text = make("span", { class: "pc-step-text", dir: "auto" }, step.text);
  const reason = makeReason();
  const line = make("div", { class: "pc-step" }, place, text, make("span", { class: "pc-moves" }, up, down));
  const row = make("li", { draggable: "true", "data-step": step.id }, line, reason.box);
  row.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || !by) return;
    event.preventDefault();
    event.stopPropagation();
    move(by);
  });
  return {
    row,
    focus: () => (up.getAttribute("aria-disabled") ? down : up).focus(),
    place(index, total) {
      place.textContent = `${index + 1}.`;
      row.setAttribute("aria-posinset", index + 1);
      row.setAttribute("aria-setsize", total);
      setEnd(up, index === 0);
      setEnd(down, index === total - 1);
    },
    tell: (part) => reason.show(part ? [part] : [], null),
  };
}

function moveButton(sign, label, onClick) {
  const element = button(sign, onClick, "move");
  element.setAttribute("aria-label", label);
  return element;
}

/** A button at the end of the list does nothing, and keeps the focus all the same. */
function setEnd(element, isEnd) {
  if (isEnd) element.setAttribute("aria-disabled", "true");
  else element.removeAttribute("aria-disabled");
}

function makeDraggable(list, { rows, order, put, dropped }) {
  let dragged = null;
  let before = "";
  list.addEventListener("dragstart", (event) => {
    event.stopPropagation();
    if (list.closest("fieldset:disabled")) {
      event.preventDefault();
      return;
    }
    dragged = event.target.closest("[data-step]")?.dataset.step ?? null;
    before = order().join();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged ?? "");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-step]")?.dataset.step;
    if (!dragged || !over) return;
    event.preventDefault();
    event.stopPropagation();
    if (over === dragged) return;
    // Only past the middle of the other step, else the two would change places again and again.
    const box = rows.get(over).row.getBoundingClientRect();
    const later = order().indexOf(over) > order().indexOf(dragged);
    if (later ? event.clientY > box.top + box.height / 2 : event.clientY < box.top + box.height / 2) {
      put(dragged, order().indexOf(over));
    }
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    if (dragged && order().join() !== before) dropped(dragged);
    dragged = null;
  });
}
