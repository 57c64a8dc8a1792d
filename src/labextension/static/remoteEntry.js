// The container that JupyterLab and Notebook 7 load. Written by hand: there is no build step.
(() => {
  let shared;

  /** A module that the application itself uses; a second copy would not know its notebooks. */
  const useModule = async (name) => {
    const versions = Object.values(shared[name]);
    const chosen = versions.find((version) => version.loaded) ?? versions[0];
    return (await chosen.get())();
  };

  const extension = async () => {
    const [{ INotebookTracker }, { CodeCell }, { Widget }, { ServerConnection }] = await Promise.all(
      ["@jupyterlab/notebook", "@jupyterlab/cells", "@lumino/widgets", "@jupyterlab/services"].map(useModule),
    );
    const [{ showQuestionsOnOpening }, { takeReceipts }, { openLessonsAsNotebooks }, { tidyAppearance }] = await Promise.all([
      import("./opening.js"), import("./receipt.js"), import("./lesson.js"), import("./appearance.js"),
    ]);
    const [{ followFeedbackLinks }, { followCourseLinks }] = await Promise.all([import("./feedback.js"), import("./links.js")]);
    const plugin = {
      id: "peercourse:opening",
      description: "Shows the questions of a course notebook, keeps receipts, opens lessons as notebooks, follows links.",
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        showQuestionsOnOpening(app, tracker, { CodeCell, Widget, ServerConnection });
        takeReceipts(tracker);
        openLessonsAsNotebooks(app.docRegistry);
        tidyAppearance();
        followFeedbackLinks(app);
        followCourseLinks(app, tracker);
      },
    };
    return { __esModule: true, default: plugin };
  };

  (window._JUPYTERLAB ??= {}).peercourse = {
    init: (scope) => { shared = scope; },
    get: async () => { const module = await extension(); return () => module; },
  };
})();
