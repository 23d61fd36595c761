"""Ensembles on disk: run folders, chunks and stores."""
