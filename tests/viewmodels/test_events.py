from __future__ import annotations

import pytest

from sysmon.model import names
from sysmon.model.events import Mark, MarkKind
from sysmon.model.metric import series
from sysmon.viewmodels.events import Events
from tests.viewmodels.fake_host import BEGIN, HOST, FakeHost, plain


def test_newest_first_with_age_and_exact_time() -> None:
    host = FakeHost()
    host.store.put_mark(Mark(HOST, BEGIN + 1, MarkKind.STARTED, "sysmon began to watch"))
    host.store.put_mark(Mark(HOST, BEGIN + 120, MarkKind.FAMILY_OFF, "gpu is off: no driver"))
    host.tick({series(names.LOAD_1M): 1.0}, 245.0)
    rows = Events(host.readings()).rows(host_name="orion")
    assert [row.text for row in rows] == ["Gpu is off: no driver", "Sysmon began to watch"]
    assert [plain(row.ago) for row in rows] == ["2 min ago", "4 min ago"]
    assert rows[0].host == "orion"
    assert rows[0].exact.startswith("2023-11-1")
    assert len(Events(host.readings()).rows(1)) == 1


@pytest.mark.parametrize("kind", list(MarkKind))
def test_every_kind_has_a_word_and_a_hue(kind: MarkKind) -> None:
    host = FakeHost()
    host.store.put_mark(Mark(HOST, BEGIN, kind, "x"))
    row = Events(host.readings()).rows()[0]
    assert row.state
    assert row.hue


def test_nothing_happened() -> None:
    assert Events(FakeHost().readings()).rows() == ()
