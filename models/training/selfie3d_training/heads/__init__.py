"""Whole heads against the truth: photos of people that training never saw, through the command ``selfie3d``."""
