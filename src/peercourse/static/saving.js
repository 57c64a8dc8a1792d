// "Saved" is said only when the kernel has written and says so. What it has not acknowledged is kept
// in this tab until the widget is drawn again with a kernel that answers.

const PATIENCE_MS = 2500;
const QUIET_MS = 250; // "Saving…" is shown only where it takes longer than this

/** Answers the kernel has not acknowledged, by item and notebook; silent where the browser keeps nothing. */
const drafts = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  keep(key, message) {
    try {
      sessionStorage.setItem(key, JSON.stringify(message));
    } catch {
      // A browser without storage still saves through the kernel.
    }
  },
  drop(key) {
    try {
      sessionStorage.removeItem(key);
    } catch {
      // As above.
    }
  },
};

/** The line to the kernel. `onReply` hears the reply to the newest message; older replies are passed over. */
function connect({ model, onReply, onSlow, onSilence }) {
  const sender = freshId();
  let sent = 0;
  let waiting = null;
  let timers = [];

  function stopWaiting() {
    timers.forEach(clearTimeout);
    timers = [];
  }

  function hear(reply) {
    if (!reply || reply.seq === undefined || reply.seq !== waiting) return;
    stopWaiting();
    waiting = null;
    onReply(reply);
  }

  function send(message) {
    stopWaiting();
    sent += 1;
    waiting = `${sender}/${sent}`;
    timers = [setTimeout(onSlow, QUIET_MS), setTimeout(onSilence, PATIENCE_MS)];
    try {
      model.send({ ...message, seq: waiting });
    } catch {
      // A closed connection: the silence that follows is what the learner is told.
    }
  }

  model.on("msg:custom", hear);
  return {
    send,
    isWaiting: () => waiting !== null,
    close() {
      stopWaiting();
      model.off("msg:custom", hear);
    },
  };
}

/** Saves a question's answers: drafts, acknowledgements, and the words about them in `status`. */
function makeSaver({ model, words, item, status, onAnswered = () => {}, onAsked = () => {} }) {
  const line = (onDone) =>
    connect({
      model,
      onSlow: () => announce(status, words.saving, "busy"),
      onSilence: () => announce(status, `${words.no_answer} ${words.no_answer_help}`, "problem"),
      onReply(reply) {
        if (reply.type === "not_saved") announce(status, fill(words.not_saved, reply), "problem");
        else onDone(reply);
      },
    });
  const answers = line((reply) => {
    drafts.drop(item.draft);
    if (reply.type === "tried") announce(status, [reply.reason, reply.reading].filter(Boolean).join(" "), "quiet");
    else onAnswered(reply);
  });
  // A line of their own: the reply to a hint must not stand for an answer that was not written.
  const questions = line(onAsked);
  return {
    isWaiting: () => answers.isWaiting() || questions.isWaiting(),
    close() {
      answers.close();
      questions.close();
    },
    /** Ask the kernel for something that is no answer. */
    ask: questions.send,
    /** Keep an answer that is not sent yet. */
    keep: (message) => drafts.keep(item.draft, message),
    /** Send an answer; it stays a draft until it is acknowledged. */
    save(message) {
      drafts.keep(item.draft, message);
      announce(status, "");
      answers.send(message);
    },
    /** The answer that an earlier kernel never acknowledged, or null. */
    unsaved: () => drafts.read(item.draft),
  };
}
