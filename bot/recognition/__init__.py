"""Takes a user's photo to its result: queued, downloaded, recognised in a thread, answered before the deadline."""
