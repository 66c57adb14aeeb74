"""A real PgBouncer over TLS, where a machine has one."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from selftests.endtoend.certificates import Certificates
from selftests.endtoend.pooler import Mode

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_SETTINGS = """
[databases]
{database} = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
client_tls_sslmode = require
client_tls_key_file = {certificates}/server.key
client_tls_cert_file = {certificates}/server.pem
"""


@contextmanager
def pgbouncer(dsn: str, mode: Mode, certificates: Certificates, folder: Path) -> Iterator[int]:
    """A PgBouncer of this database; as root it would refuse to run, so it has the server's own account."""
    assert PROGRAM is not None
    parts = conninfo_to_dict(dsn)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    owner = Path(str(parts["host"])).stat().st_uid if os.geteuid() == 0 else None
    shutil.copytree(certificates.folder, folder / "certificates")
    file = folder / "pgbouncer.ini"
    names = {"database": parts["dbname"], "listen": port, "mode": mode}
    file.write_text(_SETTINGS.format_map({**parts, **names, "certificates": folder / "certificates"}))
    for secret in (file, folder / "certificates", *(folder / "certificates").iterdir()):
        if owner is not None:
            os.chown(secret, owner, -1)
    with subprocess.Popen([PROGRAM, str(file)], user=owner, stderr=subprocess.PIPE) as process:
        try:
            _await(process, port)
            yield port
        finally:
            process.kill()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise AssertionError("pgbouncer does not listen")
