"""The texts that a scratch database is filled with where made-up words will not do: the demo's, or other files."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import track

from operating_models.demo.loading import load
from operating_models.demo.reading import DEMO, ContentFileError, read_folder


def load_texts(folder: Path | None = None) -> None:
    """Load the demo's texts or those of a folder, which may have gaps; tells the progress on standard error.

    Raises CommandError with what is wrong with the files.
    """
    try:
        files = read_folder(folder or DEMO)
    except ContentFileError as error:
        raise CommandError(str(error)) from error
    loading = load(files, with_gaps=folder is not None)
    for _loaded in track(loading, "Loading texts", total=len(files), console=Console(file=sys.stderr)):
        pass
