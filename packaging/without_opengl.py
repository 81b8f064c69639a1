"""Run by the frozen program before anything else: empty stand-ins for the OpenGL modules of PySide6.

pyqtgraph names them when it is imported and uses them only where painting by OpenGL is switched
on, which sysmon never does. The real ones and their libraries are 10 MB.
"""

import sys
from types import ModuleType


class QOpenGLWidget:
    """No widget is one: pyqtgraph derives classes from it that are never made."""


def stand_in(name: str, **names: object) -> None:
    module = ModuleType(name)
    module.__dict__.update(names)
    sys.modules[name] = module


stand_in("PySide6.QtOpenGL")
stand_in("PySide6.QtOpenGLWidgets", QOpenGLWidget=QOpenGLWidget)
