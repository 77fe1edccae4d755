"""Metrics, logs, health checks and missing permissions, for the operator."""
