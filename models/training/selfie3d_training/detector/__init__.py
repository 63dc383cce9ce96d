"""The face detector: a small anchor-free network for faces of any size, pose and in-plane angle."""
