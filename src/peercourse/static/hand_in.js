// The hand-in panel. The receipt goes into the cell through the course's extension, where there is one.

const EXTENSION_PATIENCE_MS = 3000;

function drawHandIn({ model, words, root }) {
  const item = model.get("item");
  const title = make("p", { class: "pc-title", id: freshId() }, item.title);
  const body = make("div", {});
  const status = make("div", { class: "pc-status", role: "status" });
  const handIn = button(words.hand_in, press, "main");
  const change = button(words.change, () => line.send({ type: "reopen" }));
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", title.id);
  root.append(title, body, make("div", { class: "pc-buttons" }, handIn, change), status);

  let warned = false;
  let reopened = false;
  let placing = null;

  const line = connect({
    model,
    onSlow: () => announce(status, words.handing_in, "busy"),
    onSilence: () => announce(status, words.no_answer_hand_in, "problem"),
    onReply(reply) {
      if (reply.type === "not_saved") announce(status, fill(words.not_handed_in, reply), "problem");
      else if (reply.type === "receipt") placeReceipt(reply.source);
      else {
        reopened = true;
        announce(status, words.reopened, "quiet");
        handIn.textContent = words.hand_in_again;
      }
    },
  });

  function press() {
    const { warning } = model.get("view");
    if (warning && !warned) {
      warned = true;
      announce(status, warning, "almost");
      handIn.textContent = words.hand_in_anyway;
      return;
    }
    announce(status, "");
    line.send({ type: "hand_in" });
  }

  function placeReceipt(source) {
    const end = (placed) => {
      if (placing === null) return;
      clearTimeout(placing);
      placing = null;
      announce(status, placed ? words.handed_in_next : words.one_more_step, placed ? "good" : "almost");
    };
    clearTimeout(placing);
    placing = setTimeout(() => end(false), EXTENSION_PATIENCE_MS);
    const done = (result) => end(result?.ok === true);
    const detail = { source, done };
    root.dispatchEvent(new CustomEvent("peercourse-receipt", { bubbles: true, composed: true, detail }));
  }

  let before = null;
  function refresh() {
    const view = model.get("view");
    warned = false;
    const again = reopened && !view.handed_in;
    handIn.textContent = again ? words.hand_in_again : words.hand_in;
    handIn.disabled = Boolean(view.read_only);
    setHidden(handIn, view.handed_in, change);
    setHidden(change, !view.handed_in, handIn);
    drawProgress(view);
    if (view.problem) announce(status, view.problem, "problem");
    else if (view.handed_in && before === null) announce(status, words.handed_in_next, "good");
    before = view;
  }

  function drawProgress(view) {
    body.replaceChildren(make("p", {}, view.progress));
    if (view.missing.length && !view.handed_in) {
      body.append(make("p", { class: "pc-open" }, words.missing_title));
      body.append(make("ul", {}, ...view.missing.map((text) => make("li", { dir: "auto" }, text))));
    }
    body.append(make("p", { class: "pc-how" }, view.read_only || item.kept));
  }

  refresh();
  model.on("change:view", refresh);
  return () => {
    clearTimeout(placing);
    model.off("change:view", refresh);
    line.close();
  };
}
