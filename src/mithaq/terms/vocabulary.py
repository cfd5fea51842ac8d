"""Closed vocabularies of allegations and clauses; each value is the word that files and reports use."""

from __future__ import annotations

from enum import StrEnum


class ClaimKind(StrEnum):
    """What a claim is about; each kind has its own fields."""

    STORES = "stores"
    PATTERN = "pattern"
    SCALE = "scale"
    REGION = "region"
    PROCESSES = "processes"
    MOVES_OUT = "moves-out"
    PURPOSE_MISMATCH = "purpose-mismatch"


class DataKind(StrEnum):
    """A kind of data, whoever keeps it and why."""

    CALL_RECORDINGS = "call-recordings"
    """Audio of calls, one call or one leg of it per object; not meetings with video, music or podcasts."""
    MESSAGES = "messages"
    CALL_RECORDS = "call-records"
    """Who called whom and when, without the sound."""
    FACE_IMAGES = "face-images"
    LOCATION_TRACKS = "location-tracks"
    """No hypothesis speaks of it yet: a claim about it is always undetermined."""


class Rhythm(StrEnum):
    """Whose rhythm the writes follow, not who owns them."""

    POPULATION = "population"
    """People at large, round the clock."""
    ORGANISATION = "organisation"
    """Working hours: quiet nights and rest days, whichever days those are."""
    MACHINE = "machine"


class ScaleUnit(StrEnum):
    """What a claim of scale counts."""

    OBJECTS_PER_DAY = "objects-per-day"
    """Successful creations per UTC day, median over covered days."""
    BYTES_STORED = "bytes-stored"
    """Without billing data a lower bound: it can support a claim, never refute it."""
    HOURS_OF_AUDIO = "hours-of-audio"
    """Bytes over the codec range; decided only where both ends agree."""


class Processing(StrEnum):
    """Services that work on content and that a claim may name."""

    SPEECH_TO_TEXT = "speech-to-text"
    TRANSLATION = "translation"
    FACE_RECOGNITION = "face-recognition"
    LANGUAGE_MODEL = "language-model"


class Purpose(StrEnum):
    """Purposes that a customer may declare in the register; they are also the innocent explanations."""

    CALL_CENTRE = "call-centre"
    CALL_RECORDING_SERVICE = "call-recording-service"
    CONSUMER_CALL_RECORDER = "consumer-call-recorder"
    VOICEMAIL = "voicemail"
    MESSAGING_PLATFORM = "messaging-platform"
    TELECOM_OPERATOR = "telecom-operator"
    TARGETED_LAWFUL_INTERCEPTION = "targeted-lawful-interception"
    SPEECH_CORPUS = "speech-corpus"
    PODCAST = "podcast"
    CCTV = "cctv"
    BACKUP = "backup"
    PHOTO_APP = "photo-app"
    IOT = "iot"
    DATA_LAKE = "data-lake"
    TELEMEDICINE = "telemedicine"
    OFFICE_FILES = "office-files"
    WEB_HOSTING = "web-hosting"


class SourceKind(StrEnum):
    """Kinds of source that an allegation may come from."""

    PRESS = "press"
    NGO = "ngo"
    EMPLOYEE = "employee"
    REGULATOR = "regulator"
    CUSTOMER = "customer"
    RESEARCHER = "researcher"
    OWN_CHECK = "own-check"


class Verdict(StrEnum):
    """Computed answer to one claim."""

    SUPPORTED = "supported"
    PARTLY_SUPPORTED = "partly-supported"
    REFUTED = "refuted"
    UNDETERMINED = "undetermined"


class Assessment(StrEnum):
    """Computed answer to one clause; that a clause is *violated* is only ever a person's finding."""

    INDICATED = "indicated"
    NOT_INDICATED = "not-indicated"
    UNDETERMINED = "undetermined"


class AssessedBy(StrEnum):
    """Whether metadata can test a clause at all."""

    COMPUTATION = "computation"
    PERSON = "person"


class KeptService(StrEnum):
    """What goes on for the customer whatever else is restricted."""

    SECURITY = "security"
    IDENTITY = "identity"
    MONITORING = "monitoring"
    DATA_EXPORT = "data-export"
    """Reading, listing and taking away one's own data."""


class RestrictedService(StrEnum):
    """Services that a measure may restrict; the words are telemetry's own."""

    STORAGE = "storage"
    SPEECH_TO_TEXT = "speech-to-text"
    TRANSLATION = "translation"
    VISION = "vision"
    FACE_RECOGNITION = "face-recognition"
    LANGUAGE_MODEL = "language-model"
    COMPUTE = "compute"
    DATABASE = "database"


class RestrictedOperation(StrEnum):
    """Operations that a measure may stop. Deletion is not among them: no measure removes customer data."""

    CREATE = "create"
    PART = "part"
    READ = "read"
    LIST = "list"
    INFER = "infer"
