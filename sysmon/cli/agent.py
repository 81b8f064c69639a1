"""``sysmon agent``: sample without a screen, and let paired machines watch."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, Namespace

from sysmon.cli.arguments import add_option, add_set, load_settings
from sysmon.cli.commands import command_parser
from sysmon.runtime.paths import find_paths

CHECK_FAILED = 1


def parser() -> ArgumentParser:
    made = command_parser(
        "agent",
        "Sample this machine without a screen until SIGTERM or Ctrl+C, and log what changes.\n\n"
        "The last hour is kept in memory. Where sharing is on (`sysmon share on`, --share) paired machines\n"
        "can watch this one; with --dial it connects to a hub, or to a machine that cannot reach it.",
        "Examples:\n"
        "  sysmon agent --share --set sharing.addresses=0.0.0.0,::\n"
        "  sysmon agent --dial harbour         publish to the paired hub harbour\n"
        "  sysmon agent --check                are the settings right?\n\n"
        "docs/deployment.md has the units for systemd.",
    )
    add_run_arguments(made)
    made.add_argument(
        "--dial",
        action="append",
        default=[],
        metavar="PEER",
        help="connect to this paired machine, so that it can watch",
    )
    made.add_argument(
        "--stdio", action="store_true", help="serve one machine over standard input and output, as ssh does"
    )
    return made


def add_run_arguments(made: ArgumentParser) -> None:
    """What an agent and a hub take alike."""
    add_option(made, "sampling.interval")
    add_option(made, "sharing.on", "--share")
    add_option(made, "sharing.port")
    add_option(made, "sharing.name")
    add_option(made, "log.level", "--log-level")
    made.add_argument("--stderr", action="store_true", help="log to standard error too, as in a terminal")
    made.add_argument("--check", action="store_true", help="only say what is wrong with the settings, and end")
    add_set(made)


def run(args: Namespace) -> int:
    if args.check:
        return check(args)
    if args.stdio:
        from sysmon.runtime.agent_stdio import run_stdio

        return run_stdio(load_settings(args), find_paths())
    return run_program(args, "agent", tuple(args.dial))


def run_program(args: Namespace, role: str, dial: tuple[str, ...] = (), *, relays: bool = False) -> int:
    """Run as ``role`` until a signal; answers the exit code."""
    from sysmon.runtime.agent import AgentOrder, run_agent
    from sysmon.runtime.logs import start_logs

    paths = find_paths()
    settings = load_settings(args, paths)
    logs = start_logs(paths, role, settings.log_level, terminal=args.stderr or sys.stderr.isatty())
    try:
        number = run_agent(settings, paths, AgentOrder(relays, dial))
    finally:
        logs.close()
    return 128 + number if number == signal.SIGINT else 0


def check(args: Namespace) -> int:
    """Say what is wrong with file, environment and command line, and with the key and the list of peers."""
    from sysmon.model.errors import SysmonError
    from sysmon.runtime.agent_check import troubles
    from sysmon.runtime.settings import Settings

    paths = find_paths()
    settings: Settings = load_settings(args, paths)
    found = [str(problem) for problem in settings.problems]
    try:
        found += troubles(settings, paths, tuple(getattr(args, "dial", ())))
    except SysmonError as error:
        found.append(str(error))
    for line in found:
        print(line)
    if not found:
        print(f"{settings.file}: nothing is wrong")
    return CHECK_FAILED if found else 0
