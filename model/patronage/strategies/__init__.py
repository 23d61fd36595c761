"""What actors decide: rules over views, the same for the vectorised engine and for Mesa agents."""
