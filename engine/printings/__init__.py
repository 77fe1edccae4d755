"""Which printing a named card is: collector line, artwork and catalogue."""
