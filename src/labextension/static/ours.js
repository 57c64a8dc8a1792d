// What counts as ours. Only a source that matches here is ever run or written by the extension.

const NAME = "(?:answer|cards|case|check|exam|explore|hand_in|poll|practice|progress|reflect)";
const IMPORT = `from peercourse import ${NAME}(?:, ${NAME})*`;
const CALL = '(?:practice|check|case|poll|reflect|explore)\\("[a-z0-9-]+"\\)|(?:cards|exam|progress)\\(\\)';
const ONE_LINE = new RegExp(`^(?:${IMPORT}|${CALL})$`);
// Python and IPython end a line at any of the characters left out here; what follows would be code.
const HAND_IN = /^hand_in\(\)(?:\n# [^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]*)*$/;

/** Whether a source is `hand_in()`, alone or followed only by comment lines (the receipt). */
export const isHandIn = (source) => HAND_IN.test(source);

/** Whether a source is one of the few calls the course is made of, and nothing besides. */
export const isOurs = (source) => ONE_LINE.test(trimmed(source)) || isHandIn(trimmed(source));

/** The call of a cell of ours that shows something, without what follows it; "" for any other cell. */
export const callOf = (source) => (isOurs(source) && !source.includes("import") ? trimmed(source).split("\n")[0] : "");

/** Whether a notebook is a course notebook for Python. */
export const isCourseNotebook = (panel) => {
  const model = panel.content.model;
  const language = model?.getMetadata("kernelspec")?.language ?? "python";
  return Boolean(model?.getMetadata("peercourse")) && language === "python";
};

// Plain blanks only: trim() would also take characters away that Python does not.
export const trimmed = (source) => source.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
