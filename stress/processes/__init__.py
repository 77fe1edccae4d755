"""What happens where the bot is several processes: shared database, shared memory."""
