"""Getting records in, keeping them, and bringing candidates up."""
