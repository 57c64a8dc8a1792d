// Authors write `lesson.md`; with jupytext it opens as a notebook. Other Markdown opens as before.

const TYPE = "peercourse-lesson"; // default_setting_overrides names it too
const NOTEBOOK = "Jupytext Notebook";

/** Let files called lesson.md open as notebooks, as soon as jupytext offers that (or never). */
export function openLessonsAsNotebooks(registry) {
  const register = () => {
    if (registry.getFileType(TYPE) || !registry.getWidgetFactory(NOTEBOOK)) return;
    const names = { name: TYPE, displayName: "Course lesson", extensions: [".md"], pattern: "^lesson\\.md$" };
    registry.addFileType({ ...names, mimeTypes: ["text/markdown"], contentType: "file", fileFormat: "text" }, [NOTEBOOK]);
    registry.setDefaultWidgetFactory(TYPE, NOTEBOOK);
  };
  registry.changed.connect(register);
  register();
}
