"""Files in, domain types out, and back; the only room that knows file formats."""
