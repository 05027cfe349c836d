"""The words that the rules share."""

from __future__ import annotations

import posixpath
import tempfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Callable


@dataclass(frozen=True)
class Override:
    setting: str
    value: Any
    why: str
    """For the report: what was wrong with the application's value. Holds no secret."""


@dataclass(frozen=True)
class Place:
    """What the rules must know of the container. Given to them, so that tests need no container."""

    app_root: PurePosixPath
    """The folder of the application's sources: part of the image, read-only in the cluster."""
    is_writable: Callable[[str], bool]
    """Whether a folder exists and files can be made in it."""
    is_importable: Callable[[str], bool]
    """Whether a package of this name is installed."""
    is_on_network: Callable[[str], bool] = lambda path: False
    """Whether a file lies, or would lie, on a network file system."""

    def owns(self, path: str) -> bool:
        """Whether `path` lies in the application's folder; a relative one does, as the image's working folder does."""
        file = normal(path)
        return not file.is_absolute() or self.app_root == file or self.app_root in file.parents

    def keeps(self, path: str) -> bool:
        """Whether a file at `path` can be written, and is still there after a restart."""
        file = normal(path)
        temporary = PurePosixPath(tempfile.gettempdir()) in file.parents
        return not self.owns(path) and not temporary and self.is_writable(str(file.parent))


def normal(path: str) -> PurePosixPath:
    """Where a path leads: `..` in it is common (`os.path.join(BASE_DIR, '../static')`), and hides that it leads elsewhere."""
    return PurePosixPath(posixpath.normpath(path)) if path else PurePosixPath()


def is_on(value: str | None) -> bool:
    """A switch of the environment; absent means off."""
    return (value or '').strip().lower() in ('1', 'true', 'yes', 'on')


def items(value: str | None) -> list[str]:
    """A comma separated list of the environment; absent means empty."""
    return [item.strip() for item in (value or '').split(',') if item.strip()]
