"""The volume network: a photo crop and the voxelised head prior in, the signed distance of the whole head out."""
