"""From real series to a region: tables in a documented layout, read, checked and turned into the figures of a scenario."""
