"""The embedder's training programme: packed faces in, a checkpoint out.

A card's face and its photographed copy are one class, every other face a negative: the founding
idea of the project, ``SelfSupervisedLoss`` around ``CircleLoss``. Read ``loop.py`` first.
"""
