"""``sysmon hub``: an agent that also publishes the machines that it watches."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sysmon.cli.agent import add_run_arguments, check, run_program
from sysmon.cli.commands import command_parser


def parser() -> ArgumentParser:
    made = command_parser(
        "hub",
        "Collect the figures of many machines and publish them to whoever may watch: one connection instead of many.\n\n"
        "Agents connect to it (`sysmon agent --dial HUB`) or it connects to them. Every machine is paired with the hub\n"
        "once; machines that watch through the hub are paired with the hub only. The hub keeps the last hour of each.",
        "Examples:\n"
        "  sysmon hub --share --set sharing.addresses=0.0.0.0,::\n"
        "  sysmon pair                         on the hub: let an agent or a watcher in\n\n"
        "Several hubs: pair each agent with all of them and name them all with --dial; it takes the less loaded one\n"
        "and changes when that one ends.",
    )
    add_run_arguments(made)
    return made


def run(args: Namespace) -> int:
    return check(args) if args.check else run_program(args, "hub", relays=True)
