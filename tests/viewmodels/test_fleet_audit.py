from __future__ import annotations

from sysmon.viewmodels.fleet_audit import audit_view


def test_lines_are_rows_and_harmless() -> None:
    view = audit_view(("second \x1b[2J", "first"))
    assert view.rows == (("second \\x1b[2J",), ("first",))
    assert view.note == ""


def test_an_empty_list_says_so() -> None:
    assert audit_view(()).rows == ()
    assert "No machine" in audit_view(()).note
