"""All errors the engine raises on purpose.

    EngineError                 base: a ``code`` for programs and a message for people
    ├── PhotoError              this photo can't be processed; others can
    │   ├── BadImage            file_unreadable, empty_file, not_an_image, unsupported_image, damaged_image
    │   └── ImageSizeError      file_too_large, too_many_pixels, image_too_small
    ├── ArtifactError           the artifact folder can't be used
    │   ├── ArtifactMissing     artifact_missing
    │   ├── ArtifactDamaged     artifact_damaged
    │   └── ArtifactMismatch    artifact_mismatch
    ├── ConfirmationsError      the store of confirmations can't be used: overlay_missing, overlay_unusable,
    │                           overlay_damaged, overlay_foreign, overlay_newer
    ├── NotKnown                the catalogue or the index lacks it: unknown_name, no_picture
    └── ConfirmationRefused     this confirmation is refused; others can be accepted: no_overlay, unknown_name,
                                unknown_printing, bad_corners, face_too_small, looks_like_another, overlay_full,
                                overlay_borrowed

"No card found" and "unsure" are results, not errors.
"""

from __future__ import annotations


class EngineError(Exception):
    """Base of all errors the engine raises on purpose.

    Attributes:
        code: short, snake_case and stable: other tools may rely on it.
        message: one or two sentences: what is wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def to_dict(self) -> dict[str, str]:
        """Return the error as the command line prints it: ``{"code", "message"}``."""
        return {"code": self.code, "message": self.message}


class PhotoError(EngineError):
    """One photo can't be processed."""


class BadImage(PhotoError):
    """The bytes are not a picture, in an unsupported format, or damaged."""


class ImageSizeError(PhotoError):
    """The picture has too many bytes, too many pixels or too few pixels."""


class ArtifactError(EngineError):
    """The artifact folder (models, index, catalogue) can't be used."""


class ArtifactMissing(ArtifactError):
    """A file of the artifact folder is missing."""

    def __init__(self, message: str) -> None:
        super().__init__("artifact_missing", message)


class ArtifactDamaged(ArtifactError):
    """A file of the artifact folder is truncated, altered or unreadable."""

    def __init__(self, message: str) -> None:
        super().__init__("artifact_damaged", message)


class ArtifactMismatch(ArtifactError):
    """Two parts of the artifact folder, or the folder and this code, don't belong together."""

    def __init__(self, message: str) -> None:
        super().__init__("artifact_mismatch", message)


class ConfirmationsError(EngineError):
    """The store of confirmations, a file or a server, can't be used."""


class NotKnown(EngineError):
    """The catalogue lacks a name, or the index lacks its picture."""


class ConfirmationRefused(EngineError):
    """A confirmed answer is refused."""
