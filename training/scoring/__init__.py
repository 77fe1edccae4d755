"""Predictions against labels: matching, metrics and tables."""
