"""One server process: its pid file, its socket folder, the account it runs as."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from frontdesk.errors import ConfigurationError

LONGEST_SOCKET_FOLDER = 80  # a socket's whole path may have 107 bytes
ACCOUNTS = ("postgres", "nobody")


def wheel(name: str) -> Path:
    """Return the folder of an installed package without importing it (these only carry programs)."""
    spec = importlib.util.find_spec(name)
    if not spec or not spec.origin:
        raise ConfigurationError(
            f"the package {name} is not installed: install it, or bring your own server (FRONTDESK_DATABASE_URL, FRONTDESK_REDIS_URL)"
        )
    return Path(spec.origin).parent


def alive(pid_file: Path) -> int | None:
    """Return the process id in the first line of `pid_file` if such a process runs (a zombie does not)."""
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return None if _zombie(pid) else pid


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return False


def socket_folder(home: Path) -> Path:
    """Return a folder for `home`'s sockets: itself, or a short one in the temporary directory where its path is too long."""
    if len(os.fsencode(home)) <= LONGEST_SOCKET_FOLDER:
        return home
    return Path(tempfile.gettempdir()) / f"frontdesk-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"


def stop(pid: int, how: signal.Signals, child: "subprocess.Popen[bytes] | None", seconds: float = 30) -> None:
    """Signal the process and wait for its end; after `seconds` it is killed. `child` is it, where we started it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
        if not wait_until(lambda: _gone(pid, child), seconds):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: _gone(pid, child), 5)


def _gone(pid: int, child: "subprocess.Popen[bytes] | None") -> bool:
    if child and child.pid == pid:
        return child.poll() is not None  # and reaped
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return _zombie(pid)


def wait_until(ready: Callable[[], bool], seconds: float) -> bool:
    """Poll `ready` until it is true; False once `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class Account:
    """The operating system's account a server runs as: our own, or an unprivileged one where we are root."""

    def __init__(self) -> None:
        self.entry = next(filter(None, map(_entry, ACCOUNTS)), None) if os.geteuid() == 0 else None

    def own(self, folder: Path) -> None:
        """Create `folder` for this account alone, and give it what is already inside."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.entry and folder.stat().st_uid != self.entry.pw_uid:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.entry.pw_uid, self.entry.pw_gid, follow_symlinks=False)
        folder.chmod(0o700)

    def command(self, argv: Sequence[str], reads: Sequence[Path]) -> tuple[list[str], dict[str, object]]:
        """Return the command line and the `subprocess` arguments that run `argv` as this account.

        Where a folder above `reads` is closed to it (a checkout below /root), it gets the one capability to read
        past that, since changing the permissions of folders that are not ours is out of the question.
        """
        if not self.entry:
            return list(argv), {}
        identity = {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}
        if all(map(_open_to_all, reads)):
            return list(argv), identity
        setpriv = shutil.which("setpriv")
        if not setpriv:
            raise ConfigurationError(
                f"PostgreSQL can't run as root, and the account {self.entry.pw_name!r} can't reach {reads[0]}: "
                "open the folders above it (chmod o+x), run as another user, or set FRONTDESK_DATABASE_URL"
            )
        ids = [f"--reuid={self.entry.pw_uid}", f"--regid={self.entry.pw_gid}", "--clear-groups"]
        capability = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
        return [setpriv, *ids, *capability, "--", *argv], {}


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents if folder.exists())


def run(argv: Sequence[str], arguments: dict[str, object], what: str) -> str:
    """Run a short command to its end and return its output; ConfigurationError shows what it said when it fails."""
    done = subprocess.run(argv, capture_output=True, text=True, cwd="/", check=False, **arguments)  # type: ignore[call-overload]
    if done.returncode:
        raise ConfigurationError(f"{what} failed: {done.stderr.strip() or done.stdout.strip()}")
    return str(done.stdout)
