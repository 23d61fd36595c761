"""What a simulation gives: recorded, labelled, summed up over runs and compared run by run."""
