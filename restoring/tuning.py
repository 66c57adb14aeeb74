"""The settings of a server that is to be thrown away: as fast as the host allows, safe for nothing.

Dynamic shared memory lies among the server's own files, so that nothing of a killed one stays in /dev/shm.
"""

import os
from pathlib import Path

MEGABYTE = 1024 * 1024

_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")

_FIXED = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "40",
    "max_locks_per_transaction": "1024",
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1d",
    "autovacuum": "off",
    "max_logical_replication_workers": "0",
    "archive_mode": "off",
    "shared_preload_libraries": "",
    "session_preload_libraries": "",
    "local_preload_libraries": "",
    "jit": "off",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_connections": "off",
}


def settings(memory: int, cores: int) -> dict[str, str]:
    """Server settings for a host; `memory` in bytes."""
    maintenance = min(max(memory // (16 * cores), 64 * MEGABYTE), 1024 * MEGABYTE)
    buffers = min(max(memory // 8, 64 * MEGABYTE), 2048 * MEGABYTE)
    return _FIXED | {
        "shared_buffers": f"{buffers // MEGABYTE}MB",
        "maintenance_work_mem": f"{maintenance // MEGABYTE}MB",
        "max_parallel_maintenance_workers": str(max(cores // 2, 1)),
    }


def host_memory() -> int:
    """Bytes of memory that this process may use: the machine's, or less by a container's limit."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *(limit for limit in map(_limit_in, _CGROUP_LIMITS) if limit)])


def host_cores() -> int:
    """Processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _limit_in(path: str) -> int:
    try:
        text = Path(path).read_text().strip()
    except OSError:
        return 0
    return int(text) if text.isdigit() else 0
