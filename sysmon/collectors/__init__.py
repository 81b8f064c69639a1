"""Reading this machine: one file per family. Nothing here knows intervals, rates or screens."""
