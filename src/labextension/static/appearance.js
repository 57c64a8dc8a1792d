// What a page with questions leaves out of sight: the code behind them, and error lines of dead widgets.

const STYLE = `
/* Our cell, folded up, after it has run: the question is all that a learner needs to see of it. */
.peercourse-shown > .jp-Cell-inputWrapper:has(.jp-InputPlaceholder) { display: none; }
/* A widget without its kernel says "model not found"; the static twin below it says what was asked. */
.jp-OutputArea-child:has(> .jupyter-widgets):not(:has(.peercourse)):has(+ .jp-OutputArea-child .peercourse-twin) { display: none; }
`;

/** Add the rules to the page, once. */
export function tidyAppearance() {
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);
}

/** Fold the code of a cell of ours that has run out of sight. */
export const markShown = (cell) => cell.addClass("peercourse-shown");
