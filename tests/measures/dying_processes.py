"""Processes that kill themselves (SIGKILL) at one moment of what they do to a target."""

from __future__ import annotations

import mmap
import os
import signal
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from botocore.httpsession import URLLib3Session
from django.db import connections

from mithaq.measures import acts
from mithaq.measures.matrix import Matrix
from mithaq.measures.probing import Round
from mithaq.measures.server import Server

_EVERY = 8
"""Of the moments within a round of probes, which changes nothing, one in so many counts."""


@dataclass(slots=True)
class Fate:
    """Counts the moments of a process, and kills it at one of them, or never at 0.

    Moments are: before and after each entry about a step, before and after each request is sent, and before
    and after a file is put in its place or taken away.
    """

    at: int
    seen: int = 0
    probing: int = 0
    kept: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, 8))
    """Where whoever outlives the process reads how many moments it had."""

    def moment(self) -> None:
        if self.probing:
            self.probing += 1
            if self.probing % _EVERY:
                return
        self.seen += 1
        self.kept[:8] = struct.pack("q", self.seen)
        if self.seen == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def moments(self) -> int:
        return int(struct.unpack("q", self.kept[:8])[0])

    def around(self, thing: object, name: str) -> None:
        """Have something counted before and after it is done."""
        done = getattr(thing, name)

        def counted(*words: object, **more: object) -> object:
            self.moment()
            result = done(*words, **more)
            self.moment()
            return result

        setattr(thing, name, counted)

    def bind(self) -> None:
        """Count all that happens in this process from now on; it must be one that ends soon."""
        for thing, name in (
            (acts, "begin_step"),
            (acts, "end_step"),
            (Server, "send"),
            (URLLib3Session, "send"),
            (Path, "replace"),
            (Path, "unlink"),
        ):
            self.around(thing, name)
        matrix: Callable[..., Matrix] = Round.matrix

        def probing(*words: object, **more: object) -> Matrix:
            self.probing = 1
            try:
                return matrix(*words, **more)
            finally:
                self.probing = 0

        Round.matrix = probing  # type: ignore[method-assign]  # in the child alone


def in_a_process_of_its_own(work: Callable[[], object], fate: Fate) -> int:
    """Do something in a child that is killed on the way; gives the signal that ended it, or 0."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        fate.bind()
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # nothing of the parent's may run in a child
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "what was to be done failed by itself"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
