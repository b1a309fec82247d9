"""One study in memory; touches no file."""
