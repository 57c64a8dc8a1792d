// Brings the code, style and words of our widgets from this server's own files, so that no kernel has to send them.
// The folders page/ and words/ are the package's own, installed beside this file.

import { drawer } from "./page/loader.js";
import { catalogLanguage } from "./words.js";

const read = new Map(); // pages by language, as they were when last read

/** Where a widget that is shown here finds its few lines of code. */
export const widgetAddress = new URL("./widget.js", import.meta.url).href;

/** Read all that the first widget needs, in the language that JupyterLab shows, while the kernel starts. */
export const readAhead = () =>
  Promise.all([import(widgetAddress), find(`${catalogLanguage()}-`)]).catch(() => {}); // else it is read when it is needed

// Browsers of before 2024 lack this; what a widget runs to wait for its code is too short to do without.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new this((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

(globalThis.peercourse ??= Promise.withResolvers()).resolve(drawer((digest) => find(digest).catch(() => null)));

/** The page with this digest, or null where the files here make another one: an older or newer version is installed. */
async function find(digest) {
  const [language] = /^[a-z]+/.exec(digest);
  const early = await read.get(language)?.catch(() => null);
  if (early?.digest === digest) return early;
  const page = readPage(language);
  read.set(language, page);
  return (await page).digest === digest ? page : null;
}

async function readPage(language) {
  const [parts, ...words] = await Promise.all(
    ["page/parts.json", ...new Set(["words/en.json", `words/${language}.json`])].map(readFile),
  );
  const { scripts, style } = parse(parts);
  const files = await Promise.all([...scripts, style].map((name) => readFile(`page/${name}`)));
  const texts = files.map(decode);
  const every = Object.entries(Object.assign({}, ...words.map(parse)));
  return {
    digest: `${language}-${checksum([...files, ...words]).toString(16).padStart(8, "0")}`,
    code: texts.slice(0, -1).join("\n"),
    style: texts.at(-1),
    words: Object.fromEntries(every.filter(([id]) => id.startsWith("page.")).map(([id, text]) => [id.slice(5), text])),
  };
}

/** The bytes of one of our files; asked for anew, which costs nothing where the browser has them already. */
async function readFile(path) {
  const answer = await fetch(new URL(path, import.meta.url), { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

const decode = (bytes) => new TextDecoder().decode(bytes);
const parse = (bytes) => JSON.parse(decode(bytes));

const TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of all files in turn, as Python's zlib has it. */
function checksum(files) {
  let sum = 0xffffffff;
  for (const bytes of files) for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 0xff];
  return (sum ^ 0xffffffff) >>> 0;
}
