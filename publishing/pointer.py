"""Which release is current: `published/current` for readers that open a path, `published/CURRENT` for those that read a name.

Both are swapped whole, so a reader sees the former release or the new one. `current` is a symbolic link; on Windows
without the right to make one, a directory junction; where neither exists, `CURRENT` alone tells.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

from publishing.errors import PublishingError

RELEASES = "releases"
LINK = "current"
NAME_FILE = "CURRENT"

Pointer = Literal["symlink", "junction", "file"]


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder outlast a power cut; Windows has no such call."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_atomically(file: Path, content: str | bytes, mode: int = 0o640) -> None:
    """Replace a small file whole. `mode` is narrowed by the umask."""
    temporary = file.with_name(f".{file.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content.encode() if isinstance(content, str) else content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)


def _junction(published: Path, target: Path) -> bool:
    if sys.platform != "win32":
        return False
    import _winapi

    link = published / LINK
    # A junction cannot be replaced in one step; `CURRENT` tells readers meanwhile.
    if link.is_junction() if sys.version_info >= (3, 12) else link.exists():
        link.rmdir()
    _winapi.CreateJunction(str(target), str(link))
    return True


def _symlink(published: Path, release_id: str) -> bool:
    temporary = published / f".{LINK}.new"
    temporary.unlink(missing_ok=True)
    try:
        temporary.symlink_to(Path(RELEASES) / release_id, target_is_directory=True)
    except (OSError, NotImplementedError):
        return False
    try:
        temporary.replace(published / LINK)
    except OSError:
        temporary.unlink(missing_ok=True)
        return False
    return True


def point_to(published: Path, release_id: str, file_mode: int = 0o640) -> Pointer:
    """Make a release the current one; says by what means readers find it.

    Raises:
        PublishingError: a folder or file that is no link stands where the link belongs.
    """
    link = published / LINK
    if sys.platform != "win32" and link.exists() and not link.is_symlink():
        raise PublishingError(
            f"{LINK} is no link, so it cannot be pointed at the new release",
            f"{published.name}/{LINK}",
            "move it away, then publish again",
        )
    pointer: Pointer = "file"
    if _symlink(published, release_id):
        pointer = "symlink"
    elif _junction(published, published / RELEASES / release_id):
        pointer = "junction"
    # The name comes last: a run killed before it is not taken for done, and is finished by the next.
    write_atomically(published / NAME_FILE, f"{release_id}\n", file_mode)
    sync_folder(published)
    return pointer


def current_release(published: Path) -> str | None:
    """Id of the current release; None before the first, and where link and name do not agree on a release that exists."""
    link = published / LINK
    try:
        name = (published / NAME_FILE).read_text(encoding="utf-8").strip()
        linked = link.readlink().name if link.is_symlink() else name
    except OSError:
        return None
    return name if name and name == linked and (published / RELEASES / name).is_dir() else None
