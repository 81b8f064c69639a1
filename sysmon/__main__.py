"""``python -m sysmon`` is the same as ``sysmon``."""

from __future__ import annotations

import sys

from sysmon.cli import main

if __name__ == "__main__":
    sys.exit(main())
