"""What the documents promise is there: every command, every link, the version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sysmon import __version__
from sysmon.cli.commands import COMMANDS

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("resources/*.md")])

LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_readme_lists_every_command_and_no_other() -> None:
    table = [line for line in text_of(REPOSITORY / "README.md").splitlines() if line.startswith("| `sysmon")]
    named = {name for line in table for name in re.findall(r"`sysmon ([a-z]+)", line.split(" | ")[0])}
    assert named == {command.name for command in COMMANDS}


def test_the_readme_begins_with_the_two_commands() -> None:
    block = re.search(r"```sh\n(.*?)```", text_of(REPOSITORY / "README.md"), re.DOTALL)
    assert block is not None
    assert [line.split("  ")[0] for line in block[1].splitlines()] == ["make run", "make test"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = [target for target in LINK.findall(text_of(document)) if "://" not in target]
    assert not [target for target in targets if not (document.parent / target).exists()]


def test_the_version_is_in_the_changes() -> None:
    changes = text_of(REPOSITORY / "CHANGELOG.md")
    assert "## Unreleased" in changes or f"## {__version__}" in changes
