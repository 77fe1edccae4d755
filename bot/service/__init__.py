"""The running bot: parts, background work, registration, exit codes."""
