"""Routines of the field on plain arrays, for the engine and for anybody's own data: no scenario, no world, no luck."""
