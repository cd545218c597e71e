"""Real servers for tests: each is started by the tests themselves, on a free port, in a folder that is gone afterwards."""
