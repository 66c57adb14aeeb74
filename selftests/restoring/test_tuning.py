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
    found = tuning.settings(memory, cores)
    assert (found["shared_buffers"], found["maintenance_work_mem"]) == (buffers, maintenance)


def test_the_host_is_measured() -> None:
    assert tuning.host_memory() > 128 * MEGABYTE
    assert tuning.host_cores() >= 1
