// The extension's own words: from the course's catalog, in the language of the page. English stands here as well, for
// where the catalog cannot be read; a test holds the two against each other.

const ENGLISH = {
  show: "Show the questions",
  unchecked: "The course could not check that this folder is safe, so the questions are not shown yet.",
  crashed: "Python stopped while the questions were being shown.",
  no_path: "Python could not be made ready, so the questions are not shown yet.",
};

const LANGUAGES = ["en", "es"]; // those that there is a catalog for
const catalogs = new Map([["en", Promise.resolve({})]]);
let known = {};

/** The language of JupyterLab's own words. */
export const pageLanguage = () => document.documentElement.lang || "en";

/** The text called `name`, in the language that was last spoken. */
export const word = (name) => known[`tab.${name}`] ?? ENGLISH[name];

/** The one of the catalogs' languages that a page in `language` is shown in. */
export const catalogLanguage = (language = pageLanguage()) =>
  LANGUAGES.find((name) => language.toLowerCase().split(/[-_]/)[0] === name) ?? "en";

/** Speak `language` from now on; English where there is no catalog for it. */
export async function speak(language) {
  const name = catalogLanguage(language);
  if (!catalogs.has(name)) catalogs.set(name, read(name));
  known = await catalogs.get(name);
}

async function read(language) {
  try {
    const answer = await fetch(new URL(`./words/${language}.json`, import.meta.url), { cache: "no-cache" });
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}
