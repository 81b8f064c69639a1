"""Facts of a host say why a field is unknown."""

from __future__ import annotations

from sysmon.model.host import HostFacts
from sysmon.model.sample import Missing


def test_a_field_without_a_value_has_its_reason_and_no_other_has() -> None:
    facts = HostFacts(hostname="vega", missing=(Missing("product", "there is no DMI"),))
    assert facts.reason("product") == "there is no DMI"
    assert facts.reason("hostname") is None


def test_a_machine_of_which_nothing_is_known_is_a_value_too() -> None:
    assert HostFacts() == HostFacts()
    assert HostFacts().cpu_caches == ()
