"""From an asker's photo to what was seen in it: fetched, put in line, looked at in a thread, answered in time."""
