"""What both log formats need of an hour of events: keys, callers, moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mithaq.evidence.hypotheses import NOBODY, EventBatch
from mithaq.simulation import ids
from mithaq.simulation.customers import Customer

_DAY = 86400


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of objects, remembered only as numbers: one object always gets the same key."""

    customer: Customer

    def of(self, batch: EventBatch, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
        """Give the object key of each of the rows; all of them are storage requests."""
        places = batch.stream[rows]
        numbers = batch.object[rows] * 64 + places
        drawn = ids.tokens(numbers, self.customer.salt)
        dates = np.datetime_as_string((batch.created[rows] // _DAY).astype("datetime64[D]")).tolist()
        forms = [stream.key for stream in self.customer.tenant.streams]
        columns = zip(places.tolist(), dates, batch.subject[rows].tolist(), drawn, strict=True)
        return [
            forms[place].key(date, subject if subject != NOBODY else 0, token)
            for place, date, subject, token in columns
        ]
