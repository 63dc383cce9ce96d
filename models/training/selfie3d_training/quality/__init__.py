"""How far a head is to be trusted: what is measured in the photo, and how it foretells the error. Twin of ``Selfie3D.FaceLook``."""
