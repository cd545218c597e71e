"""The commands of `elijah`, one module each."""
