"""Fuzz with atheris for some time: ``python -m tests.fuzz.run --seconds 60``. Needs the extra ``fuzz``; Linux.

What breaks a target is left in the folder that ``--keep`` names, and said at the end; put it into the corpus
as ``found-…`` with the change that mends the fault.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sysmon.protocol", "sysmon.model"]):
    from tests.fuzz.make_corpus import CORPUS
    from tests.fuzz.targets import LONGEST, one_input


def main() -> None:
    """Fuzz until the time is over; ends the process, with a status other than 0 where something broke."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    chosen = parser.parse_args()
    chosen.keep.mkdir(exist_ok=True)
    # What is new goes into a folder of its own: the corpus is written by hand and by make_corpus only.
    with tempfile.TemporaryDirectory() as fresh:
        options = [
            f"-max_total_time={chosen.seconds}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={chosen.keep}/",
            "-timeout=10",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, fresh, str(CORPUS)], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
