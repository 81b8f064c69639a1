"""The frozen `sysmon`: every command, and the window."""

import sys

from sysmon.cli import main

sys.exit(main())
