"""The throw-away server's settings grow with the host, within bounds, and never name a port."""

import pytest

from restoring import tuning
from restoring.tuning import MEGABYTE


@pytest.mark.parametrize(
    ("memory", "cores", "buffers", "maintenance"),
    [
        (512 * MEGABYTE, 1, "64MB", "64MB"),
        (4096 * MEGABYTE, 2, "512MB", "128MB"),
        (24 * 1024 * MEGABYTE, 2, "2048MB", "768MB"),
        (512 * 1024 * MEGABYTE, 2, "2048MB", "1024MB"),
    ],
)
def test_memory_is_scaled_to_the_host(memory: int, cores: int, buffers: str, maintenance: str) -> None:
    found = tuning.settings(memory, cores, 0)
    assert (found["shared_buffers"], found["maintenance_work_mem"]) == (buffers, maintenance)


def test_small_shared_memory_as_in_a_container_is_not_relied_on() -> None:
    assert tuning.settings(8 << 30, 2, 64 * MEGABYTE)["dynamic_shared_memory_type"] == "mmap"
    assert tuning.settings(8 << 30, 2, 8 << 30)["dynamic_shared_memory_type"] == "posix"


def test_the_host_is_measured() -> None:
    assert tuning.host_memory() > 128 * MEGABYTE
    assert tuning.host_cores() >= 1
