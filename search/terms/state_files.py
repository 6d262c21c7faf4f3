"""Files of the state folder that hold what was made of other things, and can be made again at any time.

Each is named by its kind and by a digest of all that it depends on, so that its content never changes: a file of that
name is right or broken, never old. It is written beside and renamed, so that no process sees half of it; its first
bytes say what it is and what its content has to be. A process that cannot read or write one goes on without it.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from mmap import ACCESS_READ, mmap
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

HEADER_BYTES = 256
"""What stands before the content; a multiple of the size of every kind of number, so that arrays may follow."""
READ_AT_ONCE = 1 << 20
KEPT = 3
"""Files of a kind that stay: those of processes with other code or of a moment ago are among them."""
ABANDONED = 3600
"""Seconds after which a file that nobody has renamed is one whose writer died."""


def folder() -> Path:
    return settings.STATE_DIR / "compiled"


def digest(parts: Iterable[object]) -> str:
    """Return what tells things apart that a file depends on; their spelling (repr) counts."""
    return blake2b("\0".join(map(repr, parts)).encode(), digest_size=12).hexdigest()


def path_of(kind: str, name: str) -> Path:
    return folder() / f"{kind}-{name}"


def write(kind: str, name: str, content: bytes) -> bool:
    """Write a file and remove the old ones of its kind; tell whether it could be written."""
    path = path_of(kind, name)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            file.write(_header(path.name, [content]))
            file.write(content)
        beside.replace(path)
    except OSError as error:
        logger.warning("%s cannot be kept, so each process makes it anew: %s", path, error)
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        return False
    _remove_old(kind, path)
    return True


def read(kind: str, name: str) -> bytes | None:
    """Return the content of a file; None where it is missing or not what its name says."""
    found = _open(path_of(kind, name))
    return None if found is None else bytes(found[HEADER_BYTES:])


def attach(kind: str, name: str) -> memoryview | None:
    """Return the content of a file without reading it into memory; None as ``read`` does.

    It stays as it is when the file is replaced or removed.
    """
    found = _open(path_of(kind, name))
    return None if found is None else memoryview(found)[HEADER_BYTES:]


def names(kind: str) -> list[str]:
    """Return the names of the files of a kind, the newest first."""
    with suppress(OSError):
        return [path.name.removeprefix(f"{kind}-") for path in _newest(kind)]
    return []


def forget(kind: str) -> None:
    """Remove all files of a kind; processes that use one go on."""
    for name in names(kind):
        with suppress(OSError):
            path_of(kind, name).unlink(missing_ok=True)


def _header(name: str, chunks: Iterable[bytes | memoryview]) -> bytes:
    size, checksum = 0, blake2b(digest_size=16)
    for chunk in chunks:
        size += len(chunk)
        checksum.update(chunk)
    return f"search {name} {size} {checksum.hexdigest()}\n".encode().ljust(HEADER_BYTES)


def _open(path: Path) -> mmap | None:
    """Return a file mapped into memory; None where it is missing or broken."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
            # Read and not looked at in the map: what nobody asks for later need not stay in memory.
            if header != _header(path.name, iter(partial(file.read, READ_AT_ONCE), b"")):
                logger.warning("%s is not what it should be, so it is made anew.", path)
                return None
            return mmap(file.fileno(), 0, access=ACCESS_READ)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger.warning("%s cannot be read, so it is made anew: %s", path, error)
        return None


def _newest(kind: str) -> Iterator[Path]:
    written = [(path.stat().st_mtime, path) for path in folder().glob(f"{kind}-*")]
    yield from (path for _, path in sorted(written, reverse=True))


def _remove_old(kind: str, newest: Path) -> None:
    """Remove the files of a kind but the newest ones, and what dead writers left."""
    with suppress(OSError):
        for path in [path for path in _newest(kind) if path != newest][KEPT - 1 :]:
            path.unlink(missing_ok=True)
        for path in folder().glob(f".{kind}-*"):
            if path.stat().st_mtime < time.time() - ABANDONED:
                path.unlink(missing_ok=True)
