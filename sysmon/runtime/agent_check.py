"""What would keep an agent from doing what its settings ask for, found out without starting it. Knows no terminal."""

from __future__ import annotations

from sysmon.model.errors import SysmonError
from sysmon.runtime.console import named
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths


def troubles(values: Values, paths: Paths, dial: tuple[str, ...] = ()) -> list[str]:
    """A sentence for each thing that is wrong. Makes the key of this machine where it has none yet."""
    from sysmon.transport.identity import load_or_create
    from sysmon.transport.server import why_not
    from sysmon.transport.trust import TrustBook

    try:
        trust = TrustBook(paths.data, load_or_create(paths.data))
    except SysmonError as error:
        return [str(error)]
    found = [trust.trouble] if trust.trouble else []
    for word in (*values.fleet_dial, *dial):
        try:
            peer = named(trust.peers(), word)
        except SysmonError as error:
            found.append(str(error))
        else:
            if not peer.rights.metrics:
                found.append(
                    f"{peer.name} may see nothing of this machine. `sysmon peers --allow metrics {peer.name}` lets it; where the "
                    "two were paired before this machine was to be seen, pair them again, so that it knows."
                )
            if not peer.addresses:
                found.append(
                    f"{peer.name} cannot be connected to: no address of it is known. Pair the two again from here."
                )
    if values.sharing_on:
        found += [f"sharing.addresses: {why}" for address in values.sharing_addresses if (why := why_not(address))]
    return found
