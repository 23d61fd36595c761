"""Pattern-oriented checks: claims about an ensemble, judged, and how far they depend on assumptions."""
