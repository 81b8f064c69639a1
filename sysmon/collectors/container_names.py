"""Names of containers, as far as files tell them: no daemon is asked, no program is started.

Docker keeps a folder for each container, Podman a list, Kubernetes nodes a folder of links. Most are readable only by
root or by the user who owns the container; an unknown name is the short id.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final, cast

from sysmon.collectors.cgroup_tree import Group
from sysmon.collectors.procfs import entries
from sysmon.collectors.sysfs import clean_label, read_bytes

_LARGEST: Final = 1 << 20
_KUBERNETES_LOG = re.compile(r"(?P<pod>[^_]+)_(?P<namespace>[^_]+)_(?P<name>.+)-(?P<id>[0-9a-f]{64})\.log")

SHORT: Final = 12
"""Characters of a container id that every tool shows."""


def short_id(group: Group) -> str:
    """The id as tools show it: 12 characters of a hex id, a name whole."""
    identity = group.container
    return identity[:SHORT] if len(identity) == 64 else clean_label(identity)


class ContainerNames:
    """Looks names up under ``root`` (``/``); ``home`` is where this user's Podman keeps its list. Remembers them."""

    def __init__(self, root: Path = Path("/"), home: Path | None = None) -> None:
        self._root = root
        self._stores = [root / "var/lib/containers/storage"]
        if home is not None:
            self._stores.append(home / ".local/share/containers/storage")
        self._known: dict[str, str] = {}

    def refresh(self, groups: list[Group]) -> None:
        """Look for the names of containers not seen before, and forget those that are gone."""
        present = {group.container for group in groups}
        self._known = {identity: name for identity, name in self._known.items() if identity in present}
        unknown = [group for group in groups if group.container not in self._known]
        if not unknown:
            return
        listed = self._podman() | self._kubernetes()
        for group in unknown:
            name = listed.get(group.container) or self._docker(group.container)
            self._known[group.container] = clean_label(name) or short_id(group)

    def name(self, group: Group) -> str:
        """The name, or the short id where no file told it."""
        return self._known.get(group.container) or short_id(group)

    def _docker(self, identity: str) -> str:
        if len(identity) != 64:
            return ""  # not an id: a name from a path must not choose the file that is opened
        config = _json(self._root / "var/lib/docker/containers" / identity / "config.v2.json")
        name = cast("dict[str, object]", config).get("Name") if isinstance(config, dict) else None
        return name.removeprefix("/") if isinstance(name, str) else ""

    def _podman(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for store in self._stores:
            listed = _json(store / "overlay-containers/containers.json")
            for entry in cast("list[object]", listed) if isinstance(listed, list) else []:
                fields = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
                identity, given = fields.get("id"), fields.get("names")
                first = cast("list[object]", given)[0] if isinstance(given, list) and given else None
                if isinstance(identity, str) and isinstance(first, str):
                    found[identity] = first
        return found

    def _kubernetes(self) -> dict[str, str]:
        matches = (_KUBERNETES_LOG.fullmatch(name) for name in entries(self._root / "var/log/containers"))
        return {match["id"]: f"{match['namespace']}/{match['pod']}/{match['name']}" for match in matches if match}


def _json(path: Path) -> object:
    """What the file holds; None where it is absent, forbidden, too large or no JSON."""
    try:
        data = read_bytes(str(path), _LARGEST + 1)
        return cast("object", json.loads(data)) if len(data) <= _LARGEST else None
    except (OSError, ValueError, RecursionError):
        return None
