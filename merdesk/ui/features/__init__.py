"""The window on features: which there are, what they take, the weights of Jukebox."""
