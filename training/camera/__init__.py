"""Simulated photography: optics, degradations, occlusions, surfaces."""
