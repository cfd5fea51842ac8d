"""What can be wrong with a case."""

from __future__ import annotations

from mithaq.kernel.errors import InputError, NotFound, StateError
from mithaq.people.errors import Forbidden


class FourEyes(Forbidden):
    """The person had a hand in what they now want to judge."""

    code = "four-eyes"


class NotInCharge(Forbidden):
    """Another reviewer is in charge of the case."""

    code = "not-in-charge"


class BadDecision(InputError):
    """A decision does not hold together."""

    code = "bad-decision"


class BadAct(InputError):
    """An act lacks something that it must say."""

    code = "bad-act"


class UnknownInCase(NotFound):
    """There is no such decision or appeal in the case."""

    code = "unknown-in-case"


class WrongStage(StateError):
    """The case is not at a stage at which this act is open."""

    code = "wrong-stage"


class OtherDigest(StateError):
    """What was approved is not what was proposed."""

    code = "other-digest"


class AlreadyRuled(StateError):
    """The proposal has been ruled on."""

    code = "already-ruled"


class Overtaken(StateError):
    """Another decision has taken the place of the one that this would follow."""

    code = "overtaken"


class MayNotApply(StateError):
    """A decision may not be applied, or not now."""

    code = "may-not-apply"


class Busy(StateError):
    """Somebody else acted on the case at the same moment; nothing was changed."""

    code = "busy"
