"""Every target by its name; a further module of targets is imported here, and that is all."""

from stress.fuzz.targets import files, pictures, servers, texts
from stress.fuzz.targets.registry import TARGETS, Target

__all__ = ["TARGETS", "Target", "files", "pictures", "servers", "texts"]
