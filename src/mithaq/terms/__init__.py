"""Terms of service as code: the claim vocabulary, allegations, clauses and their one rule of assessment.

| name | what it is |
|---|---|
| `load_allegation`, `parse_allegation`, `Allegation` | `allegation/v1`, from a file or from text |
| `Claim` and `StoresClaim` … `PurposeMismatchClaim` | one frozen type per kind of claim |
| `ClaimKind`, `DataKind`, `Rhythm`, `ScaleUnit`, `Processing`, `Purpose`, `SourceKind` | words of claims |
| `Verdict`, `Assessment`, `AssessedBy` | words of answers |
| `normalise_subscription`, `read_subscription` | one spelling per subscription: folding alone, or checked |
| `load_pack`, `packaged_packs`, `Pack`, `Thresholds` | a terms pack, read and checked |
| `Clause`, `ClauseThresholds`, `Need`, `Measure`, `Case`, `CaseRole`, `InForce` | what a pack is made of |
| `KeptService`, `RestrictedService`, `RestrictedOperation` | what goes on, and what may be restricted |
| `clauses_for`, `needed_claims`, `need_verdicts` | from an allegation's claims to a clause's needs |
| `assess`, `ClauseAssessment`, `Reason`, `Declared`, `Fit` | the rule by which a clause is assessed |
| `label`, `LocalisedText`, `Locale` | names and texts in English and Arabic |
| `AllegationError`, `PackError`, both of them `DocumentError` | a document is refused, with every `Problem` |
| `SubscriptionError`, `UnknownClause` | one value is refused |
"""

from mithaq.terms.allegation import Allegation
from mithaq.terms.allegation_reader import load_allegation, parse_allegation
from mithaq.terms.assessment import ClauseAssessment, Reason, assess, need_verdicts, needed_claims
from mithaq.terms.claims import (
    Claim,
    MovesOutClaim,
    PatternClaim,
    ProcessesClaim,
    PurposeMismatchClaim,
    RegionClaim,
    ScaleClaim,
    StoresClaim,
)
from mithaq.terms.clauses import (
    Case,
    CaseRole,
    Clause,
    ClauseThresholds,
    Declared,
    Fit,
    InForce,
    Measure,
    Need,
    Pack,
    Thresholds,
)
from mithaq.terms.errors import (
    AllegationError,
    DocumentError,
    PackError,
    SubscriptionError,
    UnknownClause,
)
from mithaq.terms.labels import label
from mithaq.terms.pack_loader import load_pack, packaged_packs
from mithaq.terms.problems import Problem
from mithaq.terms.selection import clauses_for
from mithaq.terms.subscription import normalise_subscription, read_subscription
from mithaq.terms.text import Locale, LocalisedText
from mithaq.terms.vocabulary import (
    AssessedBy,
    Assessment,
    ClaimKind,
    DataKind,
    KeptService,
    Processing,
    Purpose,
    RestrictedOperation,
    RestrictedService,
    Rhythm,
    ScaleUnit,
    SourceKind,
    Verdict,
)

__all__ = [
    "Allegation",
    "AllegationError",
    "AssessedBy",
    "Assessment",
    "Case",
    "CaseRole",
    "Claim",
    "ClaimKind",
    "Clause",
    "ClauseAssessment",
    "ClauseThresholds",
    "DataKind",
    "Declared",
    "DocumentError",
    "Fit",
    "InForce",
    "KeptService",
    "Locale",
    "LocalisedText",
    "Measure",
    "MovesOutClaim",
    "Need",
    "Pack",
    "PackError",
    "PatternClaim",
    "Problem",
    "ProcessesClaim",
    "Processing",
    "Purpose",
    "PurposeMismatchClaim",
    "Reason",
    "RegionClaim",
    "RestrictedOperation",
    "RestrictedService",
    "Rhythm",
    "ScaleClaim",
    "ScaleUnit",
    "SourceKind",
    "StoresClaim",
    "SubscriptionError",
    "Thresholds",
    "UnknownClause",
    "Verdict",
    "assess",
    "clauses_for",
    "label",
    "load_allegation",
    "load_pack",
    "need_verdicts",
    "needed_claims",
    "normalise_subscription",
    "packaged_packs",
    "parse_allegation",
    "read_subscription",
]
