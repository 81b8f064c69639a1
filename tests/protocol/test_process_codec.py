"""Process tables follow each other as differences; what did not change costs nothing and stays the same object."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.process import GpuUse, GpuUses, ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Missing
from sysmon.protocol import messages as m
from sysmon.protocol import process_codec
from sysmon.protocol.codec import BINARY, JSON, Codec


def row(pid: int, cpu: float = 1.0, start: float = 5.0, name: str = "sh", command: str = "sh -c true") -> ProcessRow:
    return ProcessRow(
        ProcessKey(pid, start), 1, name, "me", "sleeping", 0, 1, cpu, 4096.0, math.nan, 0.0, command, False
    )


def table(time: float, *rows: ProcessRow) -> ProcessTable:
    return ProcessTable("h", time, {one.key.pid: one for one in rows}, (Missing("process_io", "not asked for"),))


def carried(message: m.Processes) -> m.Processes:
    for name in (BINARY, JSON):
        codec = Codec(name)
        assert codec.decode(codec.encode(message)) == message
    return message


def alike(one: ProcessTable, other: ProcessTable) -> bool:
    return repr((one.time, sorted(one.rows.items()), one.missing)) == repr(
        (other.time, sorted(other.rows.items()), other.missing)
    )


rows = st.dictionaries(
    st.integers(1, 12),
    st.tuples(st.floats(0, 100), st.sampled_from([5.0, 6.0]), st.sampled_from(["sh", "vi"]), st.text(max_size=5)),
)


@given(st.lists(rows, max_size=6))
def test_any_tables_follow_each_other(drawn: list[dict[int, tuple[float, float, str, str]]]) -> None:
    sent: ProcessTable | None = None
    got: ProcessTable | None = None
    for number, processes in enumerate(drawn):
        now = table(float(number), *(row(pid, *rest) for pid, rest in processes.items()))
        message = carried(process_codec.difference(1, sent, now, with_commands=True))
        got, sent = process_codec.apply(message, "h", got), now
        assert alike(got, now)


def test_a_row_that_did_not_change_is_the_same_object() -> None:
    idle, busy = row(1), row(2)
    first, second = table(1.0, idle, busy), table(2.0, idle, row(2, 9.0))
    got = process_codec.apply(process_codec.difference(1, None, first, with_commands=True), "h", None)
    message = process_codec.difference(1, first, second, with_commands=True)
    assert (len(message.rows), len(message.steps), message.gone) == (0, 1, [])
    after = process_codec.apply(message, "h", got)
    assert after.rows[1] is got.rows[1]
    assert after.rows[2].cpu_time == 9.0


def test_a_pid_that_is_used_again_is_another_process() -> None:
    first, second = table(1.0, row(2, start=5.0)), table(2.0, row(2, start=6.0))
    message = process_codec.difference(1, first, second, with_commands=True)
    assert (len(message.rows), len(message.steps)) == (1, 0)


def test_command_lines_travel_only_with_the_right() -> None:
    secret = table(1.0, row(1, command="mysql -psecret"))
    message = process_codec.difference(1, None, secret, with_commands=False)
    assert b"secret" not in Codec(BINARY).encode(message)
    assert process_codec.apply(message, "h", None).rows[1].name == "sh"


def test_who_uses_gpus_comes_with_each_table() -> None:
    uses = GpuUses({5: GpuUse(0.5, 1e9), 6: GpuUse(math.nan, 0.0)}, "me")
    sent = ProcessTable("h", 1.0, {5: row(5)}, (), uses)
    got = process_codec.apply(carried(process_codec.difference(1, None, sent, True)), "h", None)
    assert got.gpu is not None
    assert repr(got.gpu.by_pid) == repr(dict(uses.by_pid))
    assert got.gpu.only_of == "me"
    later = ProcessTable("h", 2.0, sent.rows, (), GpuUses({}))
    then = process_codec.apply(carried(process_codec.difference(1, sent, later, True)), "h", got)
    assert then.gpu is not None
    assert dict(then.gpu.by_pid) == {}
    nothing = process_codec.difference(1, None, table(1.0, row(5)), True)
    assert process_codec.apply(nothing, "h", None).gpu is None


def test_names_that_are_no_text_travel() -> None:
    odd = table(1.0, row(1, name="a\udcff\n<b>", command="x" * 9000))
    got = process_codec.apply(carried(process_codec.difference(1, None, odd, with_commands=True)), "h", None)
    assert got.rows[1].name == "a?\n<b>"
    assert len(got.rows[1].command) == 4096


def test_a_state_of_a_later_version_is_unknown() -> None:
    entry = m.ProcessEntry(1, 0.0, 0, "a", "b", "quantum", 0, 1, 1.0, 1.0, None, None)
    assert process_codec.apply(m.Processes(1, 1.0, rows=[entry]), "h", None).rows[1].state == "unknown"


@pytest.mark.parametrize(
    "lie",
    [
        m.Processes(1, 2.0, 7.0),
        m.Processes(1, 2.0, 1.0, gone=[99]),
        m.Processes(1, 2.0, 1.0, steps=[m.ProcessStep(99, "idle", 1, 0.0, 0.0, None, None)]),
        m.Processes(1, math.nan, None),
        m.Processes(1, math.inf, 1.0),
    ],
)
def test_a_difference_that_does_not_fit_is_refused(lie: m.Processes) -> None:
    with pytest.raises(RemoteProtocolError):
        process_codec.apply(lie, "h", table(1.0, row(1)))


def test_the_table_cannot_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(m, "MAX_PROCESSES", 3)
    before = table(1.0, row(1), row(2), row(3))
    entry = m.ProcessEntry(4, 0.0, 0, "a", "b", "idle", 0, 1, 1.0, 1.0, None, None)
    with pytest.raises(RemoteProtocolError, match="4 processes"):
        process_codec.apply(m.Processes(1, 2.0, 1.0, [entry]), "h", before)
