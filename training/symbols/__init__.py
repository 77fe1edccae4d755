"""Train the network that reads mana costs on name plates."""
