from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.notice import Notice


def test_it_is_there_only_while_there_is_something_to_say(theme: Theme, window: QWidget) -> None:
    notice = Notice(theme, window)
    window.show()
    assert not notice.isVisible()
    notice.set_notes(("Simulated machines.", "Only the last hour is kept."))
    assert notice.isVisible()
    assert notice.accessibleName() == "Simulated machines. Only the last hour is kept."
    two = notice.height()
    notice.set_notes(("Simulated machines.",))
    assert notice.height() == two // 2
    notice.grab()
    notice.set_notes(())
    assert not notice.isVisible()
