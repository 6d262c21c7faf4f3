"""What docs/operations.md tells an operator to write and to run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"^```\n(.*?)^```$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE | re.DOTALL)


def block(beginning):
    """Return the one block that begins so."""
    (found,) = [text for text in BLOCKS if text.startswith(beginning)]
    return found


def service():
    """Return the command of the application's unit in one line; %i stands for the port."""
    unit = block("# /etc/systemd/system/toimintamallit@.service")
    return re.search(r"^ExecStart=((?:.*\\\n)*.*)$", unit, re.MULTILINE)[1].replace("\\\n", " ")


def line(beginning):
    """Return the one line of a command that begins so."""
    (found,) = [one for text in BLOCKS for one in text.splitlines() if one.startswith(beginning)]
    return found
