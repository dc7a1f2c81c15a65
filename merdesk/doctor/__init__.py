"""What is wrong with a dataset, with evidence, and how to repair it."""
