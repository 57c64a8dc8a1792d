// A question with a key. What a learner handles is a control, one for each kind; the rest is the same for all.
//
// A control is { elements, first, value(), show(value), tell(feedback), focus(), note? }:
// `elements` are drawn below the question, `first` is said where nothing is answered yet, `value` and `show` give and
// take an answer in its form, `tell` shows the reasons (null takes them away), `focus` goes to its first field, and
// `note` says once what has just happened. It calls onChange(typing) when the learner changes something, and
// onEnter() for Enter in a field.

const CONTROLS = {
  single: choiceControl,
  multiple: choiceControl,
  numeric: numericControl,
  order: orderControl,
  match: matchControl,
  cloze: clozeControl,
};

function drawQuestion({ model, words, root }) {
  const item = model.get("item");
  return item.use === "check" ? drawGraded({ model, words, root, item }) : drawPractice({ model, words, root, item });
}

/** The question, its control and its status: a group that is named by the question. */
function makeFrame({ item, words, root, onChange, onEnter }) {
  const how = make("p", { class: "pc-how", id: freshId() }, item.how);
  const control = CONTROLS[item.kind]({ item, words, onChange, onEnter });
  const parts = make("div", { class: "pc-parts" }, ...control.elements);
  const legend = make("legend", {}, ...lines(item.stem));
  const fieldset = make("fieldset", { class: "pc-question", "aria-describedby": how.id }, legend, how, parts);
  const status = make("div", { class: "pc-status", role: "status" });
  root.append(make("p", { class: "pc-meta" }, item.meta), fieldset);
  return { control, how, parts, fieldset, status };
}

/** Show what the kernel has, unless it is what stands there, or the learner is ahead of it. */
function makeFollower(model, control, isBusy) {
  let applied = null;

  function follow() {
    const { value } = model.get("view");
    const now = JSON.stringify(value);
    if (now === applied || isBusy()) return false;
    applied = now;
    if (now !== JSON.stringify(control.value())) control.show(value);
    return true;
  }

  /** This value came from here: when the kernel says it back, there is nothing to show. */
  function settle(value) {
    applied = JSON.stringify(value);
  }

  return { follow, settle };
}

/** Graded: saved at every change, no verdict, locked after hand-in. */
function drawGraded({ model, words, root, item }) {
  const { control, fieldset, status } = makeFrame({ item, words, root, onChange: changed, onEnter: send });
  root.append(status);
  let timer = null;
  let sent = null;
  const saver = makeSaver({
    model, words, item, status,
    onAnswered(reply) {
      settle(sent);
      const saved = reply.reading ? `${words.saved}. ${reply.reading}` : words.saved;
      announce(status, [control.note?.(), saved].filter(Boolean).join(" "), "good");
    },
  });
  const { follow, settle } = makeFollower(model, control, () => timer !== null || saver.isWaiting());

  function send() {
    clearTimeout(timer);
    timer = null;
    sent = control.value();
    saver.save({ type: "answer", value: sent });
  }

  function changed(typing = false) {
    if (!typing) {
      send();
      return;
    }
    announce(status, "");
    saver.keep({ type: "answer", value: control.value() });
    clearTimeout(timer);
    timer = setTimeout(send, TYPING_PAUSE_MS);
  }

  function sendTyped() {
    if (timer !== null) send();
  }

  let lockShown = "";
  function refresh() {
    const { locked, reading } = model.get("view");
    fieldset.disabled = Boolean(locked);
    if (follow() && reading) announce(status, reading, "quiet");
    if (locked !== lockShown) announce(status, locked, "quiet");
    lockShown = locked;
    if (!locked) sendUnsaved();
  }

  function sendUnsaved() {
    const draft = saver.unsaved();
    if (draft?.value === undefined || saver.isWaiting() || timer !== null) return;
    control.show(draft.value);
    sent = draft.value;
    saver.save(draft);
  }

  root.addEventListener("focusout", sendTyped);
  refresh();
  model.on("change:view", refresh);
  return () => {
    sendTyped();
    root.removeEventListener("focusout", sendTyped);
    model.off("change:view", refresh);
    saver.close();
  };
}
