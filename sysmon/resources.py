"""Where the fonts and icons are, in a checkout, an installed wheel and a frozen bundle.

Knows nothing of what the files hold or who reads them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def root(package: Path = _PACKAGE) -> Path:
    """The folder of shipped files.

    The wheel and the bundle carry it as ``sysmon/_resources``; a checkout, also one installed with
    ``pip install --editable``, has it beside the package as ``resources``.
    """
    shipped = package / "_resources"
    return shipped if shipped.is_dir() else package.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of one shipped file: ``resource("icons", "cpu.svg")``.

    Raises FileNotFoundError naming the file where the installation is incomplete, and ValueError
    where the parts would lead out of the folder: names may come from settings.
    """
    folder = root()
    path = folder.joinpath(*parts)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"not a shipped file: {'/'.join(parts)}")
    if not path.is_file():
        raise FileNotFoundError(f"shipped file is missing: {path}")
    return path
