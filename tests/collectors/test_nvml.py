"""The real package has every call of the protocol, under the numbers that we use."""

from __future__ import annotations

import pynvml
import pytest

from sysmon.collectors import nvml as nv


def test_the_package_offers_every_call() -> None:
    calls = [name for name in vars(nv.Nvml) if name.startswith("nvml")]
    assert len(calls) >= 17
    for name in calls:
        assert callable(getattr(nv.load(), name))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (nv.NOT_INITIALIZED, pynvml.NVML_ERROR_UNINITIALIZED),
        (nv.NOT_SUPPORTED, pynvml.NVML_ERROR_NOT_SUPPORTED),
        (nv.NO_PERMISSION, pynvml.NVML_ERROR_NO_PERMISSION),
        (nv.NOT_FOUND, pynvml.NVML_ERROR_NOT_FOUND),
        (nv.DRIVER_NOT_LOADED, pynvml.NVML_ERROR_DRIVER_NOT_LOADED),
        (nv.LIBRARY_NOT_FOUND, pynvml.NVML_ERROR_LIBRARY_NOT_FOUND),
        (nv.FUNCTION_NOT_FOUND, pynvml.NVML_ERROR_FUNCTION_NOT_FOUND),
        (nv.GPU_IS_LOST, pynvml.NVML_ERROR_GPU_IS_LOST),
        (nv.RESET_REQUIRED, pynvml.NVML_ERROR_RESET_REQUIRED),
        (nv.LIBRARY_MISMATCH, pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH),
        (nv.TEMPERATURE_GPU, pynvml.NVML_TEMPERATURE_GPU),
        (nv.CLOCK_GRAPHICS, pynvml.NVML_CLOCK_GRAPHICS),
        (nv.CLOCK_MEMORY, pynvml.NVML_CLOCK_MEM),
        (nv.CLOCK_VIDEO, pynvml.NVML_CLOCK_VIDEO),
    ],
)
def test_numbers(ours: int, theirs: int) -> None:
    assert ours == theirs


def test_codes_and_texts() -> None:
    assert nv.code_of(pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)) == nv.GPU_IS_LOST
    assert nv.code_of(ValueError()) == 999
    assert nv.text_of(b"Tesla\xff") == "Tesla\ufffd"
    assert nv.text_of("Tesla") == "Tesla"
