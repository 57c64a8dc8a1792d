// Draws widgets on a page without JupyterLab: with a stand-in for the model, and a kernel that is asked through `kernel`.

/** A model as anywidget gives it: `get`, `on`, `off`, `send`; `hear` takes what a kernel sends. */
class PageModel {
  constructor(state, answer) {
    this.state = state;
    this.answer = answer;
    this.listeners = {};
  }

  get(name) {
    return this.state[name];
  }

  on(name, call) {
    (this.listeners[name] ??= new Set()).add(call);
  }

  off(name, call) {
    this.listeners[name]?.delete(call);
  }

  send(message) {
    this.answer(message, this);
  }

  hear(kind, body) {
    if (kind === "view") this.state = { ...this.state, view: body };
    const name = kind === "view" ? "change:view" : "msg:custom";
    for (const call of [...(this.listeners[name] ?? [])]) call(body);
  }
}

/** Replies without a kernel: always the same one, or none. */
function sameReply(reply) {
  return (message, model) => {
    if (reply) setTimeout(() => model.hear("message", { ...reply, seq: message.seq }), 20);
  };
}

/** Replies of the kernel behind the page; it says for which widget each of them is. */
function askKernel(models, index) {
  return async (message) => {
    for (const [to, kind, body] of await window.kernel(index, message)) models[to].hear(kind, body);
  };
}

/** What a learner does, for pictures: [selector, number, deed, value]. */
function doDeed(root, [selector, number, deed, value]) {
  const element = root.querySelectorAll(selector)[number];
  if (deed === "click") element.click();
  else {
    element.value = value;
    element.dispatchEvent(new Event(element.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
    if (element.tagName === "INPUT") element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  }
}

function drawAll({ words, states, live }) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("gallery:")) sessionStorage.removeItem(key);
  const models = [];
  document.querySelectorAll("[data-state]").forEach((place, index) => {
    const { item, view, reply, deeds } = states[place.dataset.state];
    const own = { ...item, draft: live ? item.draft : `gallery:${index}` };
    const model = new PageModel({ item: own, view }, live ? askKernel(models, index) : sameReply(reply));
    models.push(model);
    draw({ model, el: place }, words);
    for (const deed of deeds) doDeed(place, deed);
  });
}

drawAll(JSON.parse(document.getElementById("page-states").textContent));
