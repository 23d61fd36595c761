"""Persons in the seats of patrons and clients: what they order, what an order would bring, how a game is scored."""
