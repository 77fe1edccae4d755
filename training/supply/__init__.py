"""What the program is made of: locked requirements, models, their licences, and the bill of all of it."""
