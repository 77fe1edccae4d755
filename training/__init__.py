"""The maintainer's tools: catalogue, index, models, measuring, demo. Only what trains networks needs torch."""
