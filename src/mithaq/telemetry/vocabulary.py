"""Closed vocabularies: the only words for services, operations and regions that may enter the lake."""

from __future__ import annotations

from enum import StrEnum


class Service(StrEnum):
    """Kinds of cloud service, provider names mapped onto them; anything else is `other`."""

    STORAGE = "storage"
    SPEECH_TO_TEXT = "speech-to-text"
    TEXT_TO_SPEECH = "text-to-speech"
    TRANSLATION = "translation"
    VISION = "vision"
    FACE_RECOGNITION = "face-recognition"
    LANGUAGE_MODEL = "language-model"
    TEXT_ANALYSIS = "text-analysis"
    CONTACT_CENTRE = "contact-centre"
    COMPUTE = "compute"
    DATABASE = "database"
    SECURITY = "security"
    IDENTITY = "identity"
    MONITORING = "monitoring"
    OTHER = "other"


class Operation(StrEnum):
    """Kinds of operation; a provider's own names are mapped onto them, anything else is `other`."""

    CREATE = "create"
    """An object came to be: a whole upload, a completed multipart upload, or a copy's target."""
    PART = "part"
    """Part of a multipart upload: bytes, but no object yet."""
    READ = "read"
    HEAD = "head"
    LIST = "list"
    DELETE = "delete"
    EXPIRE = "expire"
    """Deletion by a lifecycle rule that the customer set."""
    ADMIN = "admin"
    INFER = "infer"
    """A call that has a model work on something: speech, translation, vision, face, language."""
    OTHER = "other"
