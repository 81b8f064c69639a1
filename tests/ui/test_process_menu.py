"""The menu: everything is there, what makes no sense is greyed and says why."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from sysmon.control.actions import SIGNALS
from sysmon.model.action import Action, End, Kill, SendSignal, Target
from sysmon.model.process import ProcessKey
from sysmon.ui.process_menu import Doors, Offer, make_menu
from sysmon.viewmodels.process_actions import Chosen


def chosen(*pids: int, stopped: int = 0) -> Chosen:
    return Chosen(tuple(Target(ProcessKey(pid, 1.0), "web") for pid in pids), stopped=stopped)


class Asked:
    """What the menu's choices led to."""

    def __init__(self) -> None:
        self.acts: list[tuple[Action, int]] = []
        self.opened: list[str] = []

    def doors(self) -> Doors:
        return Doors(
            lambda action, of: self.acts.append((action, len(of.targets))),
            lambda: self.opened.append("details"),
            lambda of: self.opened.append(f"priority of {len(of.targets)}"),
            lambda: self.opened.append("audit"),
            lambda menu: menu.addAction("Swap"),
        )


def entries(menu: QMenu) -> dict[str, QAction]:
    found: dict[str, QAction] = {}
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found |= {f"{action.text()} / {name}": one for name, one in entries(below).items()}
        elif action.text():
            found[action.text().partition("\t")[0]] = action
    return found


def made(offer: Offer, window: QWidget) -> tuple[Asked, dict[str, QAction], QMenu]:
    asked = Asked()
    menu = make_menu(offer, asked.doors(), window)
    return asked, entries(menu), menu


def test_choices_reach_their_doors(window: QWidget) -> None:
    asked, found, _menu = made(Offer(chosen(5), chosen(5, 6), chosen(5, 6, 7), ""), window)
    for name in ("End", "Kill", "Send a signal / SIGHUP", "With everything below (2) / End", "Whole application (3) / Kill"):  # fmt: skip
        found[name].trigger()
    assert asked.acts == [(End(), 1), (Kill(), 1), (SendSignal("SIGHUP"), 1), (End(), 2), (Kill(), 3)]
    for name in ("Details", "Priority…", "Audit log…"):
        found[name].trigger()
    assert asked.opened == ["details", "priority of 1", "audit"]
    assert "Columns / Swap" in found


def test_a_subtree_and_an_application_can_be_sent_any_signal_and_be_calmed(window: QWidget) -> None:
    asked, found, _menu = made(Offer(chosen(5), chosen(5, 6), chosen(5, 6, 7), ""), window)
    below, whole = "With everything below (2)", "Whole application (3)"
    found[f"{below} / Send a signal / SIGUSR1"].trigger()
    found[f"{whole} / Send a signal / Others / SIGXCPU"].trigger()
    assert asked.acts == [(SendSignal("SIGUSR1"), 2), (SendSignal("SIGXCPU"), 3)]
    for name in (below, whole):
        found[f"{name} / Priority…"].trigger()
    assert asked.opened == ["priority of 2", "priority of 3"]
    offered = {name.rpartition(" / ")[2] for name in found if name.startswith("Send a signal / ")}
    assert set(SIGNALS) <= offered


def test_what_makes_no_sense_is_greyed_with_the_reason(window: QWidget) -> None:
    _, found, _menu = made(Offer(chosen(5), None, None, ""), window)
    assert not found["Continue"].isEnabled()
    assert found["Continue"].toolTip() == "nothing here is stopped"
    assert not any(name.startswith(("With everything", "Whole")) for name in found)
    _, several, _menu = made(Offer(chosen(5, 6), None, None, ""), window)
    assert several["Details"].toolTip() == "choose one process"


def test_on_a_machine_out_of_reach_only_the_log_can_be_opened(window: QWidget) -> None:
    why = "the link to vega is down"
    _, found, _menu = made(Offer(chosen(5), chosen(5, 6), None, why, why), window)
    assert [name for name, action in found.items() if action.isEnabled()] == ["Columns / Swap", "Audit log…"]
    assert found["End"].toolTip() == found["Details"].toolTip() == why


def test_without_the_right_to_act_it_can_be_looked_at(window: QWidget) -> None:
    _, found, _menu = made(Offer(chosen(5), chosen(5, 6), None, "vega does not let this machine act"), window)
    assert [name for name, action in found.items() if action.isEnabled()] == ["Details", "Columns / Swap", "Audit log…"]
    assert found["End"].toolTip() == "vega does not let this machine act"


def test_keys_are_shown(window: QWidget) -> None:
    menu = make_menu(Offer(chosen(5), None, None, ""), Asked().doors(), window)
    assert any(action.text() == "End\tDel" for action in menu.actions())
