// Shows the questions of a course notebook when it opens and after a restart of its kernel, by
// running the course's own one-line cells, and no others. Where that could do harm it asks first.

import { markShown } from "./appearance.js";
import { showAtOnce } from "./at_once.js";
import { makeBanner } from "./banner.js";
import { whyNot } from "./folder_check.js";
import { isCourseNotebook, isOurs } from "./ours.js";
import { pageLanguage, word } from "./words.js";

// The page's code, from this server. Where the package's own files are not installed beside these, the kernel sends it.
const page = import("./page.js").catch(() => null);

// So that the kernel shows the hand-in and writes no receipt, and speaks as the page does.
const opened = () => ({ peercourse: "opened", language: pageLanguage() });

const FRESH_MS = 10_000; // how long the server's word on a folder holds

// Python looks for modules in the notebook's folder too. Ours must never come from there, not even
// if a file appears after the check, so the folder leaves the search path before anything is imported.
const LEAVE_FOLDER =
  "import os as _os, sys as _sys; " +
  "_sys.path[:] = [p for p in _sys.path if p and _os.path.realpath(p) != _os.getcwd()]; " +
  "del _os, _sys";

/** Watch every notebook that is opened. */
export function showQuestionsOnOpening(app, tracker, modules) {
  const watched = new Map(); // one entry for a notebook, in however many tabs it is shown
  const add = async ({ context }) => {
    if (watched.has(context)) return;
    const notebook = new OpenNotebook(app, tracker, modules, context);
    watched.set(context, notebook);
    context.disposed.connect(() => watched.delete(context));
    await context.ready;
    if (!context.isDisposed) notebook.watch();
  };
  const addOrTell = (panel) => add(panel).catch((error) => console.warn("peercourse: a notebook is not watched", error));
  tracker.widgetAdded.connect((_, panel) => { addOrTell(panel); });
  tracker.forEach(addOrTell);
}

class OpenNotebook {
  constructor(app, tracker, modules, context) {
    Object.assign(this, { app, tracker, modules, context });
    this.due = true; // the kernel knows nothing of the questions yet
    this.agreed = false; // somebody pressed "Show the questions"
    this.running = false;
    this.banner = null;
    this.early = null; // what the server said while Python started
  }

  get kernel() {
    return this.context.isDisposed ? null : this.context.sessionContext.session?.kernel;
  }

  get panel() {
    return this.tracker.find((panel) => panel.context === this.context && !panel.isDisposed);
  }

  watch() {
    const session = this.context.sessionContext;
    session.kernelChanged.connect(() => this.onNewPython());
    session.statusChanged.connect((_, status) => {
      if (status === "restarting") this.onNewPython();
      if (status === "autorestarting") this.onCrash();
      if (status === "idle") this.show();
    });
    this.onNewPython();
    this.show();
  }

  onNewPython() {
    this.due = true;
    if (this.kernel) this.lookAhead();
  }

  /** A kernel that died is brought back by Jupyter; if our cells killed it, do not run them again and again. */
  onCrash() {
    this.due = !this.running;
    if (this.running) this.ask(word("crashed"));
  }

  onAgreed() {
    this.agreed = this.due = true;
    this.show();
  }

  async show() {
    if (this.running || !this.due || this.kernel?.status !== "idle") return;
    const agreed = this.agreed;
    this.running = true;
    this.due = this.agreed = false;
    try {
      if (await this.isForUs()) await this.showUnlessUnsafe(agreed);
    } catch (error) {
      console.warn("peercourse: the questions were not shown", error);
    } finally {
      this.running = false;
    }
    if (this.due) await this.show(); // restarted meanwhile
  }

  /** While Python starts: ask whether the folder is safe, and have the page's code brought. */
  lookAhead() {
    if (!this.isForCourse()) return;
    const { path } = this.context;
    this.early = { path, answer: this.whyNot(), until: performance.now() + FRESH_MS };
    page.then((found) => found?.readAhead());
  }

  whyNot() {
    return whyNot(this.context.path, this.app.serviceManager, this.modules.ServerConnection);
  }

  async whyNotNow() {
    const { early } = this;
    this.early = null;
    return early?.path === this.context.path && performance.now() < early.until ? early.answer : this.whyNot();
  }

  isForCourse() {
    const panel = this.panel;
    return Boolean(panel && isCourseNotebook(panel) && this.ourCells().length);
  }

  async isForUs() {
    if (!this.isForCourse()) return false;
    const info = await this.kernel.info;
    return info.language_info.name === "python";
  }

  ourCells() {
    const cells = this.panel?.content.widgets ?? [];
    return cells.filter((cell) => cell.model.type === "code" && isOurs(cell.model.sharedModel.getSource()));
  }

  async showUnlessUnsafe(agreed) {
    const why = agreed ? "" : await this.whyNotNow();
    if (why) return this.ask(why);
    this.banner?.dispose();
    this.banner = null;
    const metadata = { ...opened(), widget: (await page)?.widgetAddress };
    const shown = await showAtOnce(this.kernel, this.ourCells(), LEAVE_FOLDER, metadata);
    if (!shown && !(await this.leaveFolder())) return this.ask(word("no_path"));
    await this.runTheOthers(shown ?? new Set());
  }

  ask(why) {
    const panel = this.panel;
    this.banner?.dispose();
    if (panel) this.banner = makeBanner(this.modules.Widget, panel, why, () => this.onAgreed());
  }

  async leaveFolder() {
    const request = { code: LEAVE_FOLDER, silent: true, store_history: false, allow_stdin: false };
    const reply = await this.kernel.requestExecute(request, true, opened()).done;
    return reply.content.status === "ok";
  }

  /** The import, and cells that could not be shown: they say themselves what is wrong. */
  async runTheOthers(shown) {
    for (const cell of this.ourCells()) {
      if (this.due || !this.kernel) return;
      const source = cell.model.sharedModel.getSource();
      // Time has passed since the list was made: look at the very text that is going to run.
      if (cell.isDisposed || shown.has(cell) || cell.model.executionState === "running" || !isOurs(source)) continue;
      const reply = await this.modules.CodeCell.execute(cell, this.context.sessionContext, opened());
      const failed = reply?.content.status === "error";
      if (failed && source.startsWith("from ")) return; // every cell after it would say the same
      if (!failed) markShown(cell);
    }
  }
}
