// Asks the server whether a notebook may show its questions by itself: it alone sees what lies beside the file.

import { pageLanguage, speak, word } from "./words.js";

/** A sentence that says why the questions at `path` must not be shown without asking, or "". */
export async function whyNot(path, { contents, serverSettings }, ServerConnection) {
  const speaking = speak(pageLanguage());
  const drive = contents.driveName(path);
  const ofThisServer = !drive || drive === "RTC";
  const asked = new URLSearchParams({ path: contents.localPath(path), language: pageLanguage() });
  const url = `${serverSettings.baseUrl}peercourse/opening?${asked}`;
  let answer = {};
  try {
    const response = ofThisServer ? await ServerConnection.makeRequest(url, {}, serverSettings) : null;
    if (response?.ok) answer = await response.json();
  } catch {
    answer = {};
  }
  await speaking;
  if (answer.language) await speak(String(answer.language));
  return answer.safe === true ? "" : String(answer.why || word("unchecked"));
}
