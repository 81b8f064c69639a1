"""``sysmon config``: show, change and check the settings."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from sysmon.cli.commands import command_parser
from sysmon.model.printable import printable
from sysmon.runtime.option import Value
from sysmon.runtime.options import OPTIONS, render_manual
from sysmon.runtime.paths import find_paths
from sysmon.runtime.settings import Settings, declared, parsed
from sysmon.runtime.toml_edit import literal


def parser() -> ArgumentParser:
    made = command_parser(
        "config",
        "Show, change and check the settings.",
        "Examples:\n"
        "  sysmon config show\n"
        "  sysmon config set window.theme dark\n"
        "  sysmon config check                  after you have edited the file",
    )
    verbs = made.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("path", help="where the settings file is")
    verbs.add_parser("show", help="every setting and its value (the default verb)")
    get = verbs.add_parser("get", help="the value of one setting")
    get.add_argument("name", metavar="NAME")
    change = verbs.add_parser("set", help="change one setting and save it")
    change.add_argument("name", metavar="NAME")
    change.add_argument("value", metavar="VALUE")
    verbs.add_parser("check", help="say what is wrong with the file; ends with 1 where something is")
    verbs.add_parser("manual", help="the page docs/settings.md")
    return made


def run(args: Namespace) -> int:
    verb: str = args.verb or "show"
    file = find_paths().settings_file
    if verb == "path":
        print(file)
        return 0
    if verb == "manual":
        print(render_manual(), end="")
        return 0
    settings = Settings(file)
    if verb == "check":
        return _check(settings)
    if verb == "get":
        print(shown(settings.value(declared(args.name).name)))
        return 0
    if verb == "set":
        return _set(settings, args.name, args.value)
    return _show(settings)


def shown(value: Value) -> str:
    """``value`` for a shell: text without quotes."""
    return printable(value) if isinstance(value, str) else literal(value)


def _set(settings: Settings, name: str, text: str) -> int:
    aside = settings.set(name, parsed(name, text))
    if aside is not None:
        print(f"sysmon: the settings file was no TOML; it is kept as {aside}", file=sys.stderr)
    if OPTIONS[name].restart:
        print("takes effect at the next start")
    return 0


def _check(settings: Settings) -> int:
    for problem in settings.problems:
        print(problem)
    wrong = [problem for problem in settings.problems if not problem.unknown]
    if not settings.problems:
        there = settings.file is not None and settings.file.exists()
        print(f"{settings.file}: {'nothing is wrong' if there else 'not there, the defaults are used'}")
    return 1 if wrong else 0


def _show(settings: Settings) -> int:
    print(f"# {settings.file}")
    section = ""
    for name, option in OPTIONS.items():
        if option.section != section:
            section = option.section
            print(f"\n[{section}]")
        value = settings.value(name)
        note = "" if value == option.default else f"  # default: {literal(option.default)}"
        print(f"{option.key} = {literal(value)}{note}")
    for problem in settings.problems:
        print(f"sysmon: {problem}", file=sys.stderr)
    return 0
