"""Network backbones shared by the embedder and the detector."""
