"""Finding event ids that a run has already counted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mithaq.telemetry.kernels.jit import Ints
from mithaq.telemetry.kernels.tables import PairIndex


class EventIds:
    """Keyed hashes of the event ids counted in this run, each owned by the file that counted it.

    When a file is rejected, or its batch loses a race, its ids are free again: the next file that brings
    them counts them.
    """

    def __init__(self, inherited: npt.NDArray[np.uint64]) -> None:
        self._index = PairIndex()
        self._owner = np.zeros(1024, np.int64)
        self._file = 0
        self._committed_file = 0
        self._free = np.zeros(1, np.bool_)
        if inherited.size:  # an ingest that finds nothing new then needs no compiled code at all
            self.repeated(inherited)

    def begin_file(self) -> None:
        """The ids that follow belong to a new file."""
        self._file += 1
        if self._file >= self._free.shape[0]:
            self._free = np.concatenate((self._free, np.zeros_like(self._free)))

    def reject_file(self) -> None:
        """Give the present file's ids back."""
        self._free[self._file] = True

    def free_uncommitted(self) -> None:
        """Give back the ids of every file since the last commit."""
        self._free[self._committed_file + 1 : self._file + 1] = True

    def commit(self) -> None:
        """What has been counted so far stays counted."""
        self._committed_file = self._file

    def repeated(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Take ids in; true where one was counted before. A hash of 0 is no id and never repeated."""
        numbers: Ints = hashes.view(np.int64)
        known = len(self._index)
        codes = self._index.codes(numbers, numbers)
        while self._owner.shape[0] < len(self._index):
            self._owner = np.concatenate((self._owner, np.zeros_like(self._owner)))
        first = np.zeros(codes.shape[0], np.bool_)
        first[np.unique(codes, return_index=True)[1]] = True
        counted = first & ((codes >= known) | self._free[self._owner[codes]])
        self._owner[codes[counted]] = self._file
        repeated: npt.NDArray[np.bool_] = ~counted & (hashes != 0)
        return repeated

    def newly_counted(self) -> npt.NDArray[np.uint64]:
        """Give the ids that files since the last commit have counted."""
        owners = self._owner[: len(self._index)]
        fresh = (owners > self._committed_file) & ~self._free[owners]
        return self._index.first[fresh].view(np.uint64)
