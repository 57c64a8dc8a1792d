"""Python that sees whatever runs in its own process, and says so where it came from a learner or starts something.

Put before other Python code. It prints one line a finding on stderr, when the process ends.
"""

GUARD = r"""
import os, sys, atexit
_found = []
_STARTS = {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn",
           "pty.spawn", "shutil.unpack_archive", "socket.connect", "webbrowser.open"}
_HARMLESS = {"peercourse", "collections", "pathlib", "datetime"}
def _learners(text):
    return any(word in str(text) for word in ("/submitted/", "/inbound/", "canary"))
def _guard(event, arguments):
    if event in _STARTS:
        _found.append(f"{event} {str(arguments)[:200]}")
    elif event == "import" and _learners(arguments[:2]):
        _found.append(f"import {arguments[:2]}")
    elif event == "compile" and (_learners(arguments[1]) or _learners((arguments[0] or b"")[:100_000])):
        _found.append(f"compile {arguments[1]}")
    elif event == "exec" and _learners(arguments[0].co_filename):
        _found.append(f"exec {arguments[0].co_filename}")
    elif event == "pickle.find_class" and arguments[0].split(".")[0] not in _HARMLESS:
        _found.append(f"pickle {arguments}")
def _tell():
    for line in _found:
        print("GUARD:", line, file=sys.stderr)
atexit.register(_tell)
sys.addaudithook(_guard)
del _guard
"""
