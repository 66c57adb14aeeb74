"""Certificates: an authority, what it vouches for, and a stranger who vouches for nothing."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Each certificate is NAME.pem in the folder, its key NAME.key."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    def tls(self, name: str = "server") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


def certify(folder: Path) -> Certificates:
    """Writes both authorities, and the certificates `server`, of localhost, and `elsewhere`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    trustme.CA().cert_pem.write_to_path(folder / "stranger.pem")
    for name, host in (("server", "localhost"), ("elsewhere", "elsewhere.example")):
        issued = authority.issue_cert(host)
        issued.private_key_pem.write_to_path(folder / f"{name}.key")
        issued.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
    return Certificates(folder)
