"""Finding clips by where they are: grid index, lattices of rounded labels."""
