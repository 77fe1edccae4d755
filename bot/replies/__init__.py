"""What was seen in photos -> one message: pure, by value; nothing is sent here."""
