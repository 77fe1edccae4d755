"""What every stage shares: values, geometry, errors, artifacts, ONNX sessions."""
