"""What actors decide: patrons, clients and blocs, built in or registered, the same for the engine and for Mesa agents."""
