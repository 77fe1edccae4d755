"""All targets by name; new modules of targets must be imported here."""

from stress.fuzz.targets import files, pictures, servers, texts
from stress.fuzz.targets.registry import TARGETS, Target

__all__ = ["TARGETS", "Target", "files", "pictures", "servers", "texts"]
