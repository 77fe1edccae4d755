"""Metrics, logs, health checks and permissions: what an operator watches."""
