"""Evidence to a ranked list of names with calibrated confidence."""
