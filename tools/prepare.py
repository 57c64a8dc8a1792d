"""Make `.venv` ready: run by `make`, on nothing but a plain Python. Says in one line what is missing.

Needs no package; kept readable by old Pythons so that they can say that they are too old.
"""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "ready"
NEWEST_FIRST = ["python3.14", "python3.13", "python3.12", "python3.11"]


def main():
    """Bring `.venv` to the state that the lock file names; do nothing where it is there already."""
    if sys.version_info < (3, 11):
        use_a_newer_python()
    if STAMP.exists() and STAMP.read_text() == wanted_state() and (VENV / "bin" / "python").exists():
        return
    check_tools()
    print("Setting up .venv (once, a minute or two; needs the network this one time) ...", flush=True)
    try:
        if not (VENV / "bin" / "pip").exists():
            shutil.rmtree(VENV, ignore_errors=True)
            run([sys.executable, "-m", "venv", str(VENV)], "making .venv failed")
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        lock = ["install", "--no-deps", "--require-hashes", "--requirement", "requirements.lock"]
        run([*pip, *lock], "installing requirements.lock failed: is there a network connection?")
        run([*pip, "install", "--no-deps", "--no-build-isolation", "--editable", "."], "installing peercourse failed")
        STAMP.write_text(wanted_state())
    except OSError as error:
        if error.errno == errno.ENOSPC:
            stop("The disk is full: free about 2 GB, then run the same command again.")
        stop(f"{error.filename or '.venv'}: {error.strerror}. Mend that, then run the same command again.")


def wanted_state():
    """A digest of everything that the installation depends on, the place of the project among it."""
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for name in ("requirements.lock", "pyproject.toml", "tools/prepare.py"):
        digest.update((ROOT / name).read_bytes())
    for folder in ("src/labextension", "src/jupyter_config", "src/peercourse/static", "src/peercourse/words"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def use_a_newer_python():
    """Hand over to a newer Python on the PATH, or say what to install."""
    for name in NEWEST_FIRST:
        path = shutil.which(name)
        if path:
            os.execv(path, [path, *sys.argv])
    stop(
        "Python 3.11 or newer is needed, this is "
        + sys.version.split()[0]
        + ". Debian: sudo apt install python3 python3-venv. macOS: brew install python"
    )


def check_tools():
    """See that a virtual environment can be made: Debian splits that part off."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = "{}.{}".format(*sys.version_info[:2])
        stop(f"Python's venv module is missing. Debian: sudo apt install python3-venv python{version}-venv")
    free = shutil.disk_usage(ROOT).free
    if free < 1_500_000_000:
        stop(f"The disk has {free // 1_000_000} MB left and about 1500 MB are needed: free some, then try again.")


def run(command, failed):
    """Run `command`; where it fails, show the end of what it said and stop with one line."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        if "No space left" in said or "Errno 28" in said:
            stop("The disk is full: free about 2 GB, then run the same command again.")
        lines = [line for line in said.splitlines() if line.strip()]
        stop(failed + ("\n  " + "\n  ".join(lines[-3:]) if lines else ""))


def stop(line):
    """Say what to do, and end."""
    sys.exit(line)


if __name__ == "__main__":
    main()
