"""The embedder's training: packed faces in, a checkpoint out.

A card's face and its photographed copy are one class and every other face is a negative: the founding
idea of the project, ``SelfSupervisedLoss`` around ``CircleLoss``. Start reading at ``task.py``.
"""
