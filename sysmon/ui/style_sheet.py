"""The one style sheet: standard controls in our colours. Small, because every rule costs on each new widget.

What pages show is painted by `ui/widgets`; only controls with text input, lists and menus need rules.
"""

from __future__ import annotations

from typing import Protocol


class Names(Protocol):
    """Gives ``#rrggbb`` of a token, or of text in that token's hue on ``back``."""

    def __call__(self, token: str, back: str = "") -> str: ...


_SHEET = """
QToolTip {{ background: {card}; color: {text}; border: 1px solid {line}; padding: 6px 8px; }}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {{
  background: {card}; color: {text}; border: 1px solid {line}; border-radius: 8px;
  padding: 4px 10px; min-height: 20px; selection-background-color: {selection}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {accent}; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; border-radius: 0; padding: 0 9px; min-height: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; height: 0; border: none; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox QAbstractItemView {{ background: {card}; border: 1px solid {line}; selection-background-color: {selection}; }}
QPushButton {{ background: {card}; color: {text}; border: 1px solid {line}; border-radius: 8px; padding: 5px 13px; font-weight: 500; outline: none; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {tertiary}; }}
QPushButton:default {{ background: {accent}; border-color: {accent}; color: {on_accent}; }}
QPushButton:default:focus {{ border-color: {text}; }}
QPushButton[role="danger"]:enabled {{ color: {critical}; }}
QPushButton[role="danger"]:enabled:default {{ background: {danger}; border-color: {danger}; color: {on_danger}; }}
QPushButton[role="danger"]:enabled:default:focus {{ border-color: {text}; }}
QMenu {{ background: {card}; color: {text}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 6px; }}
QMenu::item:selected {{ background: {selection}; }}
QMenu::item:disabled {{ color: {tertiary}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QAbstractScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {tertiary}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QHeaderView {{ background: {card}; }}
QHeaderView::section {{ background: {card}; color: {secondary}; border: none; border-bottom: 1px solid {line}; padding: 5px 10px; font-weight: 500; }}
QTreeView, QTableView, QListView {{
  background: {card}; border: none; outline: none; selection-background-color: {selection}; selection-color: {text}; }}
QSplitter::handle {{ background: transparent; }}
"""


def style_sheet(names: Names) -> str:
    """The sheet in the colours that ``names`` gives."""
    tokens = ("card", "line", "hover", "selection", "text", "secondary", "accent")
    colours = {token: names(token) for token in tokens}
    return _SHEET.format(
        **colours,
        tertiary=names("tertiary", "card"),
        critical=names("critical", "card"),
        on_accent=names("card", "accent"),
        danger=names("critical"),
        on_danger=names("card", "critical"),
    )
