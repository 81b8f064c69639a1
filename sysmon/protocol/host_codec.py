"""Facts of a machine as they travel, and back. Addresses, disks and serial numbers stay at home."""

from __future__ import annotations

import msgspec

from sysmon.model.host import HostFacts
from sysmon.protocol.catalog_codec import text
from sysmon.protocol.messages import Facts

_FIELDS = Facts.__struct_fields__
_NAME = 256


def to_wire(facts: HostFacts) -> Facts:
    """What a peer may know of this machine."""
    told: dict[str, object] = {name: getattr(facts, name) for name in _FIELDS}
    cut = {name: text(value, _NAME) if isinstance(value, str) else value for name, value in told.items()}
    return msgspec.convert(cut, Facts)


def from_wire(facts: Facts) -> HostFacts:
    """What a peer says of itself. Text is as the peer wrote it: whoever shows it makes it harmless."""
    return msgspec.convert(msgspec.structs.asdict(facts), HostFacts)
