"""What whoever runs the bot needs: health, metrics, logs, exit codes, and artifacts that change under way."""
