from __future__ import annotations

from dataclasses import fields

from sysmon.model.host import HostFacts
from sysmon.protocol import host_codec
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.messages import Facts, Hello, Host

FACTS = HostFacts(
    hostname="atlas", os_name="Debian", cpu_cores=4, memory_total=1 << 34, boot_time=1.5e9, product="x" * 300
)


def test_facts_come_back() -> None:
    codec = Codec(BINARY)
    hello = Hello("p", 1, 1, Host("id", "atlas", host_codec.to_wire(FACTS)))
    got = codec.decode(codec.encode(hello))
    assert isinstance(got, Hello)
    back = host_codec.from_wire(got.host.facts)
    assert (back.hostname, back.cpu_cores, back.memory_total, back.boot_time) == ("atlas", 4, 1 << 34, 1.5e9)
    assert back.product == "x" * 256


def test_what_travels_is_part_of_what_is_known_and_nothing_private() -> None:
    known = {field.name for field in fields(HostFacts)}
    assert set(Facts.__struct_fields__) <= known
    assert not {"disks", "interfaces", "addresses"} & set(Facts.__struct_fields__)


def test_a_name_that_is_no_text_does_not_stop_a_link() -> None:
    Codec(BINARY).encode(Hello("p", 1, 1, Host("id", "a", host_codec.to_wire(HostFacts(hostname="a\udcff")))))
