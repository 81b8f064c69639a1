"""What is declared alike is one object; what differs in anything is not, and strangers cannot fill the memory."""

from __future__ import annotations

from sysmon.model.metric import Kind, Series
from sysmon.model.sample import Catalog, Missing
from sysmon.protocol import shared


def one(name: str = "shared.a", help_text: str = "", value: str = "x") -> Series:
    return shared.series(shared.metric(name, "1", Kind.GAUGE, 1.0, help_text, ("n",)), (("n", value),))


def test_the_same_declaration_is_the_same_object() -> None:
    assert one() is one()
    assert one() is not one(help_text="other words")
    assert one() is not one(value="y")
    assert one().key == "shared.a{n=x}"


def test_a_catalog_is_shared_only_where_all_is_alike() -> None:
    first = shared.catalog(Catalog((one(), one("shared.b"))))
    assert shared.catalog(Catalog((one(), one("shared.b")))) is first
    other_words = Catalog((one(help_text="other words"), one("shared.b")))
    assert other_words.digest == first.digest
    assert shared.catalog(other_words) is other_words
    lacking = Catalog((one(), one("shared.b")), (Missing("gpu", "no driver"),))
    assert shared.catalog(lacking) is lacking


def test_it_is_bounded() -> None:
    kept = one("shared.kept")
    for number in range(shared.MOST + 2):
        one(value=str(number))
    assert kept.key == "shared.kept{n=x}"
    assert one("shared.kept") is not kept
    first = shared.catalog(Catalog((one("shared.first"),)))
    for number in range(shared.MOST_CATALOGS):
        shared.catalog(Catalog((one(f"shared.c{number}"),)))
    assert shared.catalog(Catalog((one("shared.first"),))) is not first
