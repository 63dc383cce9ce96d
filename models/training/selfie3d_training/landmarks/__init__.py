"""The landmark network: 68 points with depth, a confidence, and a head prior placed by pose and shape."""
