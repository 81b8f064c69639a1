"""``sysmon agent``: sample without a screen."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, Namespace

from sysmon.cli.arguments import add_option, add_set, load_settings
from sysmon.cli.commands import command_parser
from sysmon.runtime.paths import find_paths


def parser() -> ArgumentParser:
    made = command_parser(
        "agent",
        "Sample this machine without a screen until SIGTERM or Ctrl+C, and log what changes.\n\n"
        "The last hour is kept in memory. This version neither records on disk nor shows its samples\n"
        "to other machines: it is there to run the sampler by itself.",
    )
    add_option(made, "sampling.interval")
    add_option(made, "log.level", "--log-level")
    made.add_argument("--stderr", action="store_true", help="log to standard error too, as in a terminal")
    add_set(made)
    return made


def run(args: Namespace) -> int:
    from sysmon.runtime.agent import run_agent
    from sysmon.runtime.logs import start_logs

    paths = find_paths()
    settings = load_settings(args, paths)
    logs = start_logs(paths, "agent", settings.log_level, terminal=args.stderr or sys.stderr.isatty())
    try:
        number = run_agent(settings)
    finally:
        logs.close()
    return 128 + number if number == signal.SIGINT else 0
