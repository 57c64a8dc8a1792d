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
    const names = ["opening", "receipt", "outputs", "lesson", "appearance", "feedback", "links"];
    const parts = await Promise.all(names.map((name) => import(`./${name}.js`)));
    const { showQuestionsOnOpening, takeReceipts, renewTwins, openLessonsAsNotebooks, tidyAppearance } = Object.assign({}, ...parts);
    const { followFeedbackLinks, followCourseLinks } = Object.assign({}, ...parts);
    const plugin = {
      id: "peercourse:opening",
      description: "Shows the questions of a course notebook, keeps receipts, opens lessons as notebooks, follows links.",
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        showQuestionsOnOpening(app, tracker, { CodeCell, Widget, ServerConnection });
        takeReceipts(tracker);
        renewTwins(tracker);
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
