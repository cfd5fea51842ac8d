"""An S3 access log of any length, made from a seed: invented owners, buckets, keys and callers.

Lines have the 25 fields of a present-day log and about 550 bytes. Owners are unequal (Zipf), lines are in
order of time, three keys in four occur once, and one user agent in 5,003 holds quotes of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

OWNERS: Final = 200
DAYS: Final = 14
START: Final = 1_788_739_200
"""2026-09-07T00:00:00Z."""

_SLICE: Final = 100_000
_BAD_QUOTE_EVERY: Final = 5_003
_OPERATIONS: Final = (
    ("REST.PUT.OBJECT", "PUT", 200, 0.50),
    ("REST.GET.OBJECT", "GET", 200, 0.30),
    ("REST.GET.OBJECT", "GET", 404, 0.03),
    ("REST.HEAD.OBJECT", "HEAD", 200, 0.10),
    ("REST.DELETE.OBJECT", "DELETE", 204, 0.05),
    ("REST.GET.BUCKET", "GET", 200, 0.02),
)
_AGENTS: Final = (
    "aws-sdk-java/2.26.31 Linux/6.1.109 OpenJDK_64-Bit_Server_VM/17.0.12 cfg/retry-mode/standard",
    "Boto3/1.35.24 md/Botocore#1.35.24 ua/2.0 os/linux#6.1 md/arch#x86_64 lang/python#3.11.9",
    "aws-cli/2.17.60 md/awscrt#0.21.2 ua/2.0 os/linux#5.15 exe/x86_64 command/s3.cp",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Safari/537.36",
)
_REGIONS: Final = ("eu-west-1", "us-east-1", "ap-south-1", "eu-north-1")
_LINE: Final = (
    '%s %s [%s +0000] 192.0.2.%d %s %s %s %s "%s /%s HTTP/1.1" %d %s %s %d %d %d "-" "%s" - %s SigV4 '
    "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader %s.s3.%s.amazonaws.com TLSv1.3 - -\n"
)


def write_s3_lines(path: Path, lines: int, *, seed: int) -> None:
    """Write a log of so many lines; the same lines for the same seed."""
    rng = np.random.default_rng(seed)
    shares = 1.0 / np.arange(1, OWNERS + 1) ** 0.8
    owners = [rng.bytes(32).hex() for _ in range(OWNERS)]
    times = START + np.sort(rng.integers(0, DAYS * 86_400, lines))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}")
    with temporary.open("w", encoding="ascii") as stream:
        for begin in range(0, lines, _SLICE):
            part = times[begin : begin + _SLICE]
            chosen = rng.choice(np.arange(OWNERS), part.shape[0], p=shares / shares.sum())
            stream.write(_slice(rng, part, chosen, owners, begin))
    temporary.rename(path)


def _slice(
    rng: np.random.Generator,
    times: npt.NDArray[np.int64],
    owner: npt.NDArray[np.int64],
    owners: list[str],
    first: int,
) -> str:
    """Give consecutive lines; sizes in bytes, `first` is the number of the first line."""
    count = times.shape[0]
    operation = rng.choice(np.arange(len(_OPERATIONS)), count, p=[entry[3] for entry in _OPERATIONS]).tolist()
    size = np.exp(rng.normal(11.5, 1.1, count)).astype(np.int64).tolist()
    numbers = rng.integers(0, 1 << 31, (6, count)).tolist()
    noise = rng.bytes(40 * count).hex()
    moments = _clock_texts(times)
    lines = []
    for row, (moment, number) in enumerate(zip(moments, owner.tolist(), strict=True)):
        name, method, status, _ = _OPERATIONS[operation[row]]
        random = noise[80 * row : 80 * row + 80]
        again = numbers[0][row] % 4 == 0
        key = _key(
            number, moment, numbers[1][row] % 400 if again else numbers[1][row], "0" * 32 if again else random
        )
        bytes_out = size[row] if method == "GET" and status == 200 else 0  # noqa: PLR2004  # HTTP OK
        agent = _AGENTS[numbers[2][row] % len(_AGENTS)]
        if (first + row) % _BAD_QUOTE_EVERY == 0:
            agent = 'agent "with quotes" of its own'
        bucket = f"bucket-{number:03d}-{numbers[3][row] % 3}"
        listing = name == "REST.GET.BUCKET"
        lines.append(
            _LINE
            % (
                owners[number], bucket, moment, numbers[4][row] % 250,
                f"arn:aws:sts::{number:012d}:assumed-role/writer/worker-{numbers[5][row] % 50}",
                random[:16].upper(), name, "-" if listing else key, method, key, status,
                "NoSuchKey" if status == 404 else "-",  # noqa: PLR2004  # HTTP not found
                bytes_out or "-", size[row], 10 + size[row] % 90, 5 + size[row] % 40, agent,
                random[:76] + "=", bucket, _REGIONS[number % len(_REGIONS)],
            )
        )  # fmt: skip
    return "".join(lines)


def _key(owner: int, moment: str, number: int, noise: str) -> str:
    """Name an object in one of five ways, by owner."""
    way = owner % 5
    if way == 0:
        return f"calls/2026-09-{moment[:2]}/{972_000_000_000 + number % 1_000_000}/{_uuid(noise)}.wav"
    if way == 1:
        return f"photos/{noise[:24]}/IMG_{number % 100_000:05d}.JPG"
    if way == 2:  # noqa: PLR2004  # third of five
        return f"backup/2026/09/{moment[:2]}/host-{number % 300}/part-{number % 100_000:05d}.tar.gz"
    if way == 3:  # noqa: PLR2004  # fourth of five
        return f"lake/table={number % 40}/day=2026-09-{moment[:2]}/{_uuid(noise)}.parquet"
    return f"devices/{noise[:12]}/{number}.json"


def _uuid(noise: str) -> str:
    return f"{noise[:8]}-{noise[8:12]}-{noise[12:16]}-{noise[16:20]}-{noise[20:32]}"


def _clock_texts(times: npt.NDArray[np.int64]) -> list[str]:
    """Write seconds as `07/Sep/2026:00:00:00`."""
    texts = np.datetime_as_string(times.astype("datetime64[s]")).tolist()
    return [f"{text[8:10]}/Sep/2026:{text[11:19]}" for text in texts]
