// All the code that a widget of ours carries, where this extension shows it: an address instead of a text, so that the
// browser reads it once and not for every question. See page.js for what draws.
export default { render: (view) => globalThis.peercourse.promise.then((draw) => draw(view)) };
