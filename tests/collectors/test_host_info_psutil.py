"""The facts of systems without /proc."""

from __future__ import annotations

import platform

import psutil

from sysmon.collectors.host_info_psutil import host_facts_portable, read_registry


def test_facts_of_this_machine() -> None:
    facts = host_facts_portable()
    assert facts.memory_total == psutil.virtual_memory().total
    assert facts.cpu_threads == psutil.cpu_count()
    assert facts.architecture == platform.machine()
    assert facts.os_name
    assert facts.virtualisation is None
    assert facts.reason("virtualisation")


def test_the_registry_names_product_and_cpu() -> None:
    said = {"SystemManufacturer": "LENOVO", "SystemProductName": "21CB", "ProcessorNameString": "  12th Gen Intel(R)  "}
    facts = host_facts_portable(lambda key, name: said.get(name))
    assert facts.product == "LENOVO 21CB"
    assert facts.cpu_model == "12th Gen Intel(R)"
    assert facts.reason("product") is None


def test_a_silent_registry_leaves_reasons() -> None:
    facts = host_facts_portable(lambda key, name: None)
    assert facts.product is None
    assert facts.reason("product")


def test_there_is_no_registry_here() -> None:
    assert read_registry("SOFTWARE", "x") is None or platform.system() == "Windows"
