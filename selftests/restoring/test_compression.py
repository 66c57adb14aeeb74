"""A compressed file is read to its proper end, or the reading says that it is damaged."""

import bz2
import gzip
import lzma
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import lz4.frame  # type: ignore[import-untyped]
import pytest

from restoring.compression import Compression, DamagedStream, compression_of, open_stream

zstandard = pytest.importorskip("zstandard")

ROWS = b"".join(b"%d\trow %d of a table\t%d.5\n" % (n, n * 7919 % 1000, n) for n in range(60))
ZERO_PADDED: tuple[Compression, ...] = ("gzip", "xz")


def _zstd(data: bytes) -> bytes:
    packed: bytes = zstandard.ZstdCompressor(write_checksum=True).compress(data)
    return packed


def _lz4(data: bytes) -> bytes:
    packed: bytes = lz4.frame.compress(data, content_checksum=True)
    return packed


COMPRESSORS: dict[Compression, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": _zstd,
    "lz4": _lz4,
}
ALL = pytest.mark.parametrize("compression", COMPRESSORS)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], bytes]:
    """What reading a file of these bytes gives."""

    def reading(content: bytes) -> bytes:
        path = tmp_path / "file"
        path.write_bytes(content)
        with open_stream(path) as stream:
            return b"".join(_blocks(stream.read))

    return reading


def _blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while block := read(1 << 16):
        yield block


def _skippable(size: int) -> bytes:
    return b"\x5f\x2a\x4d\x18" + size.to_bytes(4, "little") + bytes(size)


@ALL
@pytest.mark.parametrize("size", [0, 1, 4_000, 5_000_000])
def test_what_was_compressed_is_read(
    compression: Compression, size: int, read: Callable[[bytes], bytes]
) -> None:
    data = (ROWS * (size // len(ROWS) + 1))[:size]
    packed = COMPRESSORS[compression](data)
    assert compression_of(packed) == compression
    assert read(packed) == data


@pytest.mark.parametrize("content", [b"", b"B", b"BZh", b"--\n-- PostgreSQL database dump\n", ROWS])
def test_what_is_not_compressed_is_read_as_it_is(content: bytes, read: Callable[[bytes], bytes]) -> None:
    assert compression_of(content) is None
    assert read(content) == content


@ALL
def test_a_stream_is_read_by_lines_too(compression: Compression, tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(COMPRESSORS[compression](ROWS))
    with open_stream(tmp_path / "rows") as stream:
        assert list(stream) == ROWS.splitlines(keepends=True)
        assert stream.read() == b""


@ALL
def test_every_cut_is_noticed(compression: Compression, read: Callable[[bytes], bytes]) -> None:
    packed = COMPRESSORS[compression](ROWS)
    noticed = 0
    for length in range(len(packed)):
        cut = packed[:length]
        if compression_of(cut) is None:
            assert length < 6
            assert read(cut) == cut
            continue
        with pytest.raises(
            DamagedStream,
            match=f"^the {compression} data ends before its end",
            check=lambda error: error.kind == "backup-cut-short",
        ):
            read(cut)
        noticed += 1
    assert noticed > 100


@ALL
def test_every_cut_of_a_large_file_is_noticed(
    compression: Compression, read: Callable[[bytes], bytes]
) -> None:
    packed = COMPRESSORS[compression](ROWS * 3000)
    for length in (len(packed) - 1, len(packed) - 9, len(packed) * 9 // 10, len(packed) // 3):
        with pytest.raises(DamagedStream):
            read(packed[:length])


@ALL
def test_members_one_after_the_other_are_read_as_one(
    compression: Compression, read: Callable[[bytes], bytes]
) -> None:
    packed = COMPRESSORS[compression](ROWS)
    assert read(packed * 3) == ROWS * 3
    assert read(packed + COMPRESSORS[compression](b"") + packed) == ROWS * 2


@ALL
def test_every_cut_within_a_second_member_is_noticed(
    compression: Compression, read: Callable[[bytes], bytes]
) -> None:
    packed = COMPRESSORS[compression](ROWS)
    for length in range(1, len(packed)):
        with pytest.raises(DamagedStream):
            read(packed + packed[:length])


@ALL
@pytest.mark.parametrize("rest", [b"\n", b"x", ROWS, b"\0" * 9 + b"x"])
def test_what_follows_the_end_is_damage(
    compression: Compression, rest: bytes, read: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(DamagedStream):
        read(COMPRESSORS[compression](ROWS) + rest)


def test_damage_after_a_member_is_told_with_its_number(read: Callable[[bytes], bytes]) -> None:
    expected = "^the gzip data is damaged past the end of member 2: .*incorrect header check$"
    with pytest.raises(DamagedStream, match=expected):
        read(gzip.compress(ROWS) * 2 + b"garbage, and more of it")


@ALL
@pytest.mark.parametrize("count", [4, 512, 300_000])
def test_zeros_after_the_end_are_padding_where_the_format_allows_them(
    compression: Compression, count: int, read: Callable[[bytes], bytes]
) -> None:
    padded = COMPRESSORS[compression](ROWS) + bytes(count)
    if compression in ZERO_PADDED:
        assert read(padded) == ROWS
        assert read(padded * 2) == ROWS * 2
    else:
        with pytest.raises(DamagedStream):
            read(padded)


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_skippable_frames_are_skipped(compression: Compression, read: Callable[[bytes], bytes]) -> None:
    packed = COMPRESSORS[compression](ROWS)
    framed = _skippable(4) + _skippable(0) + packed + _skippable(20)
    assert compression_of(framed) == compression
    assert read(framed) == ROWS
    with pytest.raises(DamagedStream, match="cut short"):
        read(framed[:-1])


@ALL
def test_a_flipped_bit_is_noticed_or_harmless(
    compression: Compression, read: Callable[[bytes], bytes]
) -> None:
    packed = COMPRESSORS[compression](ROWS)
    noticed = 0
    for place in range(6, len(packed)):
        flipped = bytearray(packed)
        flipped[place] ^= 1 << place % 8
        try:
            assert read(bytes(flipped)) == ROWS
        except DamagedStream:
            noticed += 1
    assert noticed > (len(packed) - 6) * 0.9


@ALL
@pytest.mark.parametrize("step", [512, 1 << 16])
def test_damage_is_told_again_at_the_next_read(compression: Compression, step: int, tmp_path: Path) -> None:
    # A sound member where the next block is read from: zstandard would go on with it, and end well.
    packed = COMPRESSORS[compression](ROWS)
    (tmp_path / "file").write_bytes(packed[:30] + b"\xff" * (step - 30) + packed)
    with open_stream(tmp_path / "file") as stream:
        for _ in range(3):
            with pytest.raises(
                DamagedStream, match="is damaged", check=lambda error: error.kind == "backup-damaged"
            ):
                stream.read()


def test_a_window_beyond_the_library_s_default_is_read(read: Callable[[bytes], bytes]) -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=28)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = compressor.compress(ROWS) + compressor.flush()
    with pytest.raises(zstandard.ZstdError, match="too much memory"):
        zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    assert read(packed) == ROWS


def test_a_missing_file_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_stream(tmp_path / "missing")


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("compression", ["gzip", "zstd", "lz4"])
def test_memory_does_not_grow_with_what_is_read(compression: Compression, tmp_path: Path) -> None:
    size = 300 << 20
    (tmp_path / "zeros").write_bytes(COMPRESSORS[compression](bytes(size)))
    reading = """
import re, sys
from pathlib import Path
from restoring.compression import open_stream
size = 0
with open_stream(Path(sys.argv[1])) as stream:
    while block := stream.read(1 << 20):
        size += len(block)
print(size, *re.findall(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text()))
"""
    command = [sys.executable, "-c", reading, str(tmp_path / "zeros")]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    read, peak = map(int, done.stdout.split())
    assert read == size
    assert peak < 96_000
