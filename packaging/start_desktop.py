"""The frozen `sysmon-desktop` of Windows: the window, without a console."""

import sys

from sysmon.cli import main_desktop

sys.exit(main_desktop())
