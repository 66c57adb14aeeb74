"""Reading a compressed file as a stream that never ends early in silence.

The libraries' own file objects will not do: those for zstd and lz4 end quietly where a file was
cut, those for bzip2 and xz ignore what follows the last member. Here one loop drives all five
decompressors, member by member, and anything but a proper end is a `DamagedStream`.
"""

import bz2
import io
import lzma
import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, cast

import lz4.frame  # type: ignore[import-untyped] # it ships no types

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from zstandard import ZstdDecompressor, ZstdError

from restoring.errors import Damaged

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Compression = Literal["gzip", "bzip2", "xz", "zstd", "lz4"]

BLOCK = 1 << 20
_MAGIC: tuple[tuple[Compression, re.Pattern[bytes]], ...] = (
    ("gzip", re.compile(rb"\x1f\x8b\x08")),
    ("bzip2", re.compile(rb"BZh[1-9]")),
    ("xz", re.compile(rb"\xfd7zXZ\0")),
    ("zstd", re.compile(rb"\x28\xb5\x2f\xfd")),
    ("lz4", re.compile(rb"\x04\x22\x4d\x18")),
)
_SKIPPABLE_FRAME = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18(.{4})", re.DOTALL)
_ERRORS = (zlib.error, lzma.LZMAError, ZstdError, OSError, RuntimeError, ValueError)


class DamagedStream(Damaged):
    """Compressed data that is cut short or corrupted; the text is one sentence, naming no file."""


class _Decoder(Protocol):
    """Decompresses one member; what `bz2`, `lzma`, `lz4.frame` and `compression.zstd` share."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes | None: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Gzip:
    """zlib's decompressor as a `_Decoder`: it hands back the input it had no room for."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


# Any window is accepted, also the 2 GiB of `zstd --long=31`: such a file is sound, and the memory
# is touched only as far as its frame reaches.
if sys.version_info >= (3, 14):

    def _zstd() -> _Decoder:
        return ZstdDecompressor(options={DecompressionParameter.window_log_max: 31})

else:

    class _zstd:
        """The `zstandard` package's decompressor as a `_Decoder`: it knows no `max_length`."""

        needs_input = True

        def __init__(self) -> None:
            self._inner = ZstdDecompressor(max_window_size=1 << 31).decompressobj()

        @property
        def eof(self) -> bool:
            return self._inner.eof

        @property
        def unused_data(self) -> bytes:
            return self._inner.unused_data

        def decompress(self, data: bytes, _max_length: int, /) -> bytes:
            return self._inner.decompress(data)


_DECODERS: dict[Compression, Callable[[], _Decoder]] = {
    "gzip": _Gzip,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
    "zstd": _zstd,
    "lz4": cast(Callable[[], _Decoder], lz4.frame.LZ4FrameDecompressor),
}
_ZERO_PADDED: tuple[Compression, ...] = ("gzip", "xz")


class _Decompressed(io.RawIOBase):
    """The decompressed contents of `source`, which is closed with it."""

    def __init__(self, source: BinaryIO, compression: Compression) -> None:
        self._source = source
        self._compression: Compression = compression
        # 512 bytes of zstd hold at most 128 blocks of 128 KiB: this is what bounds its output.
        self._step = 1 << 9 if compression == "zstd" else 1 << 16
        self._decoder = _DECODERS[compression]()
        self._unread = b""
        self._ready = memoryview(b"")
        self._ended = 0
        self._damage: DamagedStream | None = None

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        """The compressed file's own, so that how far it has been read can be seen."""
        return self._source.fileno()

    def close(self) -> None:
        self._source.close()
        super().close()

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        if not self._ready:
            self._ready = memoryview(self._next_block())
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _next_block(self) -> bytes:
        """Give the next bytes, none at the end. Damage stays: a second read must not look whole."""
        if self._damage:
            raise self._damage
        try:
            while not self._decoder.eof or self._next_member():
                if block := self._decode():
                    return block
        except DamagedStream as damage:
            self._damage = damage
            raise
        return b""

    def _next_member(self) -> bool:
        padding = b"\0" if self._compression in _ZERO_PADDED else b""
        rest = self._decoder.unused_data or self._source.read(self._step)
        while rest and not rest.strip(padding):
            rest = self._source.read(self._step)
        if rest:
            self._unread = rest.lstrip(padding)
            self._decoder = _DECODERS[self._compression]()
            self._ended += 1
        return bool(rest)

    def _decode(self) -> bytes:
        data, self._unread = self._unread, b""
        if not data and self._decoder.needs_input:
            data = self._source.read(self._step)
            if not data:
                text = f"the {self._compression} data ends before its end: the file is cut short"
                raise DamagedStream(text, kind="backup-cut-short")
        try:
            return self._decoder.decompress(data, BLOCK)
        except _ERRORS as error:
            where = f" past the end of member {self._ended}" if self._ended else ""
            text = f"the {self._compression} data is damaged{where}: {error}"
            raise DamagedStream(text) from error


def compression_of(head: bytes) -> Compression | None:
    """Tell the compression by the first bytes of a file, past skippable frames (pzstd's first)."""
    while skippable := _SKIPPABLE_FRAME.match(head):
        head = head[8 + int.from_bytes(skippable[1], "little") :]
    return next((name for name, magic in _MAGIC if magic.match(head)), None)


def open_stream(path: Path) -> BinaryIO:
    """Open a file for reading what it holds, decompressed once if it is compressed.

    Nothing is unpacked to disk; memory is bounded by some 50 MB and the window that the file's
    own compression asks for. A read that meets damage raises `DamagedStream`, and so does each
    read after it.
    """
    source = io.BufferedReader(path.open("rb", buffering=0), BLOCK)
    compression = compression_of(source.peek())
    if compression is None:
        return source
    return io.BufferedReader(_Decompressed(source, compression), BLOCK)
