"""What is offered, sold and ordered between a patron and a client."""
