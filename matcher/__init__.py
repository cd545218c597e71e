"""When are two records the same child? Pure functions: no files beyond the tables in `data/`, no clock, no network."""
