// Shows the questions of a course notebook when it opens and after a restart of its kernel, by
// running the course's own one-line cells, and no others. Where that could do harm it asks first.

import { markShown } from "./appearance.js";
import { makeBanner } from "./banner.js";
import { isCourseNotebook, isOurs } from "./ours.js";
import { pageLanguage, speak, word } from "./words.js";

// So that the kernel shows the hand-in and writes no receipt, and speaks as the page does.
const opened = () => ({ peercourse: "opened", language: pageLanguage() });

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
    await context.sessionContext.ready;
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
  }

  get kernel() {
    return this.context.isDisposed ? null : this.context.sessionContext.session?.kernel;
  }

  get panel() {
    return this.tracker.find((panel) => panel.context === this.context && !panel.isDisposed);
  }

  watch() {
    const session = this.context.sessionContext;
    session.kernelChanged.connect(() => { this.due = true; });
    session.statusChanged.connect((_, status) => {
      if (status === "restarting") this.due = true;
      if (status === "autorestarting") this.onCrash();
      if (status === "idle") this.show();
    });
    this.show();
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

  async isForUs() {
    const panel = this.panel;
    if (!panel || !isCourseNotebook(panel) || !this.ourCells().length) return false;
    const info = await this.kernel.info;
    return info.language_info.name === "python";
  }

  ourCells() {
    const cells = this.panel?.content.widgets ?? [];
    return cells.filter((cell) => cell.model.type === "code" && isOurs(cell.model.sharedModel.getSource()));
  }

  async showUnlessUnsafe(agreed) {
    const why = agreed ? "" : await this.whyNot();
    if (why) return this.ask(why);
    this.banner?.dispose();
    this.banner = null;
    if (!(await this.leaveFolder())) return this.ask(word("no_path"));
    await this.runOurCells();
  }

  /** A sentence that says why the questions must not be shown without asking, or nothing. */
  async whyNot() {
    const { ServerConnection } = this.modules;
    const { contents, serverSettings } = this.app.serviceManager;
    await speak(pageLanguage());
    const drive = contents.driveName(this.context.path);
    if (drive && drive !== "RTC") return word("unchecked"); // not a file of this server
    const path = encodeURIComponent(contents.localPath(this.context.path));
    const language = encodeURIComponent(pageLanguage());
    const url = `${serverSettings.baseUrl}peercourse/opening?path=${path}&language=${language}`;
    try {
      const response = await ServerConnection.makeRequest(url, {}, serverSettings);
      const answer = response.ok ? await response.json() : {};
      if (answer.language) await speak(String(answer.language));
      return answer.safe === true ? "" : String(answer.why || word("unchecked"));
    } catch {
      return word("unchecked");
    }
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

  async runOurCells() {
    for (const cell of this.ourCells()) {
      if (this.due || !this.kernel) return;
      const source = cell.model.sharedModel.getSource();
      // Time has passed since the list was made: look at the very text that is going to run.
      if (cell.isDisposed || cell.model.executionState === "running" || !isOurs(source)) continue;
      const reply = await this.modules.CodeCell.execute(cell, this.context.sessionContext, opened());
      const failed = reply?.content.status === "error";
      if (failed && source.startsWith("from ")) return; // every cell after it would say the same
      if (!failed) markShown(cell);
    }
  }
}
