"""Files in, samples out; and sound, from a process of its own."""
