from __future__ import annotations

from sysmon.viewmodels.qr_code import LONGEST, qr_code

LINK = "sysmon://192.0.2.10:4870/#" + "a" * 52 + "." + "b" * 26
FINDER = (
    (True,) * 7,
    (True, *(False,) * 5, True),
    (True, False, True, True, True, False, True),
)


def test_a_link_is_a_square_with_three_finders() -> None:
    modules = qr_code(LINK)
    side = len(modules)
    assert all(len(row) == side for row in modules)
    assert (side - 17) % 4 == 0  # ISO/IEC 18004: 17 + 4 x version
    assert tuple(row[:7] for row in modules[:3]) == FINDER
    assert tuple(row[-7:] for row in modules[:3]) == FINDER
    assert tuple(row[:7] for row in reversed(modules[-3:])) == FINDER


def test_another_link_is_another_code_and_the_same_the_same() -> None:
    assert qr_code(LINK) == qr_code(LINK)
    assert qr_code(LINK) != qr_code(LINK[:-1] + "c")


def test_what_is_too_long_for_a_screen_is_none() -> None:
    assert qr_code("x" * LONGEST)
    assert qr_code("ü" * LONGEST) == ()
