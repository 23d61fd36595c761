"""Evidence: real series, patterns, hindcasts and calibration. Nothing here is needed to simulate."""
