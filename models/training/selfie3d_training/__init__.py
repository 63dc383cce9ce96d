"""Training of the Selfie3D models: a synthetic photographer, the networks, and their evaluation."""
