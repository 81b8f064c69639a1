"""``sysmon share``: let paired machines watch this one, or not."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sysmon.cli.arguments import load_settings
from sysmon.cli.commands import command_parser
from sysmon.model.peer import Sharing
from sysmon.runtime.console import Share
from sysmon.runtime.console_call import NotRunning, call
from sysmon.runtime.paths import find_paths


def parser() -> ArgumentParser:
    made = command_parser(
        "share",
        "Let machines that were paired with this one watch it, or not. Off until you turn it on.\n"
        "What each may see is decided machine by machine; nobody may act here unless you allow it.",
        "Examples:\n"
        "  sysmon share                 is this machine shared, and where?\n"
        "  sysmon share on              share it; `sysmon pair` then lets another machine in\n"
        "  sysmon share off             nobody sees it any more, from now on\n\n"
        "It listens on this machine's loopback address only until you say otherwise, for example with\n"
        "  sysmon config set sharing.addresses 0.0.0.0,::",
    )
    made.add_argument("what", nargs="?", choices=("on", "off", "status"), default="status", help="status")
    return made


def run(args: Namespace) -> int:
    paths = find_paths()
    on = {"on": True, "off": False}.get(args.what)
    try:
        sharing = call(paths.runtime, Share(on), Sharing)
    except NotRunning:
        settings = load_settings(args, paths)
        if on is not None:
            settings.set("sharing.on", on)
        word = "will be shared" if settings.sharing_on else "is not shared"
        print(f"This machine {word}. No sysmon runs here now: start `sysmon` or `sysmon agent`.")
        return 0
    print(sentence(sharing))
    return 1 if on and not sharing.on else 0


def sentence(sharing: Sharing) -> str:
    """How this machine is shared, in a sentence or two."""
    if sharing.trouble:
        return f"This machine is not shared: {sharing.trouble}"
    if not sharing.on:
        return "This machine is not shared."
    found = " Others find it on the network." if sharing.announced else ""
    return (
        f"This machine is shared on {', '.join(sharing.addresses)}.{found} Let another machine in with `sysmon pair`."
    )
