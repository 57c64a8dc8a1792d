// Flashcards: one card at a time, the answer only after it was asked for, a rating that the kernel writes down.

const RATINGS = [1, 2, 3, 4];
const CHANGES_CARD = ["rate", "undo", "aside", "hook", "more"];

function drawCards({ model, words, root }) {
  const item = model.get("item");
  const title = make("p", { class: "pc-title", id: freshId() }, item.title);
  const scope = make("select", { id: freshId() });
  const scopeRow = make("p", { class: "pc-scope" }, make("label", { for: scope.id }, words.card_scope), scope);
  const counts = make("p", { class: "pc-how" });
  const note = make("p", { class: "pc-how" });
  const card = make("div", { class: "pc-card", role: "group", tabindex: "-1" });
  const status = make("div", { class: "pc-status", role: "status" });
  const files = drawCardFiles({ item, words, ask: (message) => send(message) });
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", title.id);
  const undo = button(words.card_undo, () => send({ type: "undo" }));
  root.append(title, scopeRow, counts, note, card, status, make("div", { class: "pc-buttons" }, undo));
  root.append(files.box, make("p", { class: "pc-how" }, item.kept));

  let flipped = false;
  let shown = "";
  let drawn = "";
  let moveFocus = false; // only after somebody rated: a page that opens must not take the focus
  let sending = false;

  const line = connect({
    model,
    onSlow: () => announce(status, words.saving, "busy"),
    onSilence() {
      sending = false;
      announce(status, words.no_answer, "problem");
    },
    onReply(reply) {
      sending = false;
      moveFocus = false; // what has changed came before the reply
      if (reply.type === "not_saved") announce(status, fill(words.not_saved, reply), "problem");
      else if (reply.type === "file") saveFile(reply);
      else announce(status, reply.said ?? "", "good");
    },
  });

  function send(message) {
    if (sending) return;
    sending = true;
    moveFocus = CHANGES_CARD.includes(message.type);
    announce(status, "");
    line.send(message);
  }

  function rate(rating) {
    send({ type: "rate", card: model.get("view").card.key, rating });
  }

  function flip() {
    flipped = true;
    moveFocus = true;
    drawCard();
    moveFocus = false;
  }

  /** Drawn anew only where it has changed: somebody may stand on one of its buttons. */
  function drawCard() {
    const { card: now, done, left, can_more: canMore } = model.get("view");
    const state = JSON.stringify([now, done, left, canMore, flipped]);
    if (state === drawn) return;
    drawn = state;
    card.replaceChildren();
    card.removeAttribute("aria-labelledby");
    if (!now) {
      card.append(make("p", {}, done));
      if (moveFocus) card.focus();
      if (canMore) card.append(make("div", { class: "pc-buttons" }, button(words.card_more, () => send({ type: "more" }))));
      return;
    }
    const front = make("p", { class: "pc-front", id: freshId(), dir: "auto" }, ...lines(now.front));
    card.setAttribute("aria-labelledby", front.id);
    if (now.booster) card.append(make("p", { class: "pc-meta" }, words.card_booster));
    card.append(front);
    if (!flipped) {
      const show = button(words.card_show, flip, "main");
      card.append(make("div", { class: "pc-buttons" }, show));
      if (moveFocus) show.focus();
      return;
    }
    card.append(...drawBack(now, { words, rate, send }));
    if (moveFocus) card.querySelector(".pc-back").focus();
  }

  function refresh() {
    const view = model.get("view");
    setHidden(scopeRow, view.scopes.length < 2);
    if (scope.options.length !== view.scopes.length) {
      scope.replaceChildren(...view.scopes.map(({ id, label }) => make("option", { value: id }, label)));
    }
    scope.value = view.scope;
    counts.textContent = view.counts;
    note.textContent = view.note;
    setHidden(note, !view.note);
    const key = `${view.scope} ${view.card?.key} ${view.left}`;
    if (key !== shown) flipped = false;
    shown = key;
    drawCard();
    moveFocus = false;
    setHidden(undo, !view.can_undo, card);
    files.refresh(view);
    if (view.problem) announce(status, view.problem, "problem");
  }

  scope.addEventListener("change", () => send({ type: "scope", scope: scope.value }));
  root.addEventListener("keydown", (event) => {
    const { card: now, can_undo: canUndo } = model.get("view");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (now && !flipped && event.key === " " && !/^(?:BUTTON|SUMMARY)$/.test(event.target.tagName)) flip();
    else if (now && flipped && RATINGS.includes(Number(event.key))) rate(Number(event.key));
    else if (canUndo && event.key.toLowerCase() === "u") send({ type: "undo" });
    else return;
    event.preventDefault();
  });

  refresh();
  model.on("change:view", refresh);
  return () => {
    model.off("change:view", refresh);
    line.close();
  };
}

/** The answer, the learner's own hook, and the four ratings with the time after which the card comes again. */
function drawBack(now, { words, rate, send }) {
  const back = make("div", { class: "pc-back", tabindex: "-1", role: "group", "aria-label": words.card_back, dir: "auto" });
  const answer = make("div", { id: freshId() }, ...lines(now.back));
  back.setAttribute("aria-describedby", answer.id); // read aloud when the card is turned over
  back.append(answer);
  if (now.hook) back.append(make("p", { class: "pc-hint", dir: "auto" }, now.hook));
  const ask = make("p", { class: "pc-how", id: freshId() }, words.card_rate);
  const ratings = RATINGS.map((rating) => {
    const label = button(words[`card_${rating}`], () => rate(rating), rating === 3 ? "main" : "plain");
    label.append(make("span", { class: "pc-after" }, now.after[rating - 1]));
    return label;
  });
  const row = make("div", { class: "pc-buttons", role: "group", "aria-labelledby": ask.id }, ...ratings);
  const leech = now.leech ? make("p", { class: "pc-hint" }, words.card_leech) : null;
  const text = make("input", { id: freshId(), type: "text", maxlength: 300, dir: "auto" });
  text.value = now.hook;
  const more = make(
    "details",
    { open: now.leech },
    make("summary", {}, words.card_hook),
    make("p", {}, make("label", { class: "pc-only-read", for: text.id }, words.card_hook), text),
    make(
      "div",
      { class: "pc-buttons" },
      button(words.card_hook_save, () => send({ type: "hook", card: now.key, text: text.value })),
      button(words.card_aside, () => send({ type: "aside", card: now.key })),
    ),
  );
  const keys = make("p", { class: "pc-how" }, words.card_keys);
  return [back, ask, row, keys, ...(leech ? [leech] : []), more];
}

/** Export, import, the deck for Anki, and the cards put aside. */
function drawCardFiles({ item, words, ask }) {
  const aside = make("ul", {});
  const asideBox = make("div", {}, make("p", { class: "pc-open" }, words.card_put_aside), aside);
  const file = make("input", { type: "file", accept: ".jsonl,application/jsonl,text/plain", id: freshId() });
  file.addEventListener("change", async () => {
    if (file.files[0]) ask({ type: "import", text: await file.files[0].text() });
    file.value = "";
  });
  const bring = make("p", {}, make("label", { for: file.id }, words.card_import), " ", file);
  const keep = button(words.card_export, () => ask({ type: "export" }));
  const anki = button(words.card_anki, () => ask({ type: "anki" }));
  const box = make("details", { class: "pc-files" }, make("summary", {}, words.card_files));
  box.append(make("div", { class: "pc-buttons" }, keep, anki), bring, asideBox);
  for (const part of [keep, bring]) setHidden(part, item.read_only);

  function refresh(view) {
    setHidden(asideBox, !view.aside.length);
    const rows = view.aside.map(({ key, front }) => {
      const name = make("span", { dir: "auto", id: freshId() }, front);
      const again = button(words.card_back_in, () => ask({ type: "take_up", card: key }));
      again.setAttribute("aria-describedby", name.id);
      return make("li", {}, name, " ", again);
    });
    aside.replaceChildren(...rows);
  }

  return { box, refresh };
}

const isTyping = (element) => /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

/** Hand a file from the kernel to the browser's own download. */
function saveFile({ name, text, base64 }) {
  const data = base64 ? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) : text;
  const address = URL.createObjectURL(new Blob([data]));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
