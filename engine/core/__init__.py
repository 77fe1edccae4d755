"""Shared by all stages: values, geometry, errors, artifacts and ONNX sessions."""
