"""Pose and the upright square of a face from its 68 landmarks.

All of it is in the photo frame: x right, y DOWN, z in the same pixels, larger = nearer to the camera.
``reference68.json`` holds the landmarks of the mean scanned head (ICT-FaceKit, AFLW definition) seen upright from the
front, in millimetres about their centroid.

Roll is the angle of the head's up axis in the image, > 0 when the top of the head leans to the image's right. It stays
well-defined in profile, where the roll of the usual Euler angles does not.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

REFERENCE = np.array(json.loads((Path(__file__).parent / "reference68.json").read_text()), np.float64)
RIGID = np.r_[0:3, 14:17, 17:48]  # by the ears, brows, nose, eyes: what a mouth does not move


def face_rotation(landmarks: np.ndarray) -> np.ndarray:
    """[..., 68, 3] -> [..., 3, 3]: R with landmarks ~ scale * R @ reference + offset (least squares)."""
    target = np.asarray(landmarks, np.float64)[..., RIGID, :]
    source = REFERENCE[RIGID] - REFERENCE[RIGID].mean(0)
    covariance = np.swapaxes(target - target.mean(-2, keepdims=True), -1, -2) @ source
    u, _, vt = np.linalg.svd(covariance)
    flip = np.ones(u.shape[:-1])
    flip[..., 2] = np.sign(np.linalg.det(u @ vt))
    return (u * flip[..., None, :]) @ vt


def roll_of(rotation: np.ndarray) -> np.ndarray:
    """[..., 3, 3] -> [...] radians: the angle of the head's up axis, clockwise from the image's up."""
    up = -rotation[..., :, 1]
    return np.arctan2(up[..., 0], -up[..., 1])


def pose_angles(rotation: np.ndarray) -> np.ndarray:
    """[..., 3, 3] -> [..., 3] pitch, yaw, roll in degrees as in AFLW2000-3D's ``Pose_Para``.

    With y up, R = Rx(-pitch) Ry(-yaw) Rz(-roll), so yaw > 0 turns the face to the image's left. Fitted to the
    ground-truth landmarks of the public photos this agrees with ``Pose_Para`` within 1.5, 0.4 and 1.1 degrees.
    """
    mirror = np.array([1.0, -1.0, 1.0])
    r = rotation * mirror[:, None] * mirror  # y up
    pitch = -np.arctan2(-r[..., 1, 2], r[..., 2, 2])
    yaw = -np.arcsin(np.clip(r[..., 0, 2], -1, 1))
    roll = -np.arctan2(-r[..., 0, 1], r[..., 0, 0])
    return np.degrees(np.stack([pitch, yaw, roll], -1))


def facing(rotation: np.ndarray) -> np.ndarray:
    """[..., 3, 3] -> [...]: cosine between the face's forward axis and the direction to the camera."""
    return rotation[..., 2, 2]


def upright_square(landmarks: np.ndarray, roll: np.ndarray | None = None) -> np.ndarray:
    """[..., 68, 3] (or 2D with ``roll`` in radians) -> [..., 4] = centre x, centre y, size, roll in radians.

    The square that holds the landmarks after the head is turned upright; its side is the longer side of their
    bounding box there, and its centre that box's centre. This is what the detector finds.
    """
    landmarks = np.asarray(landmarks, np.float64)
    roll = roll_of(face_rotation(landmarks)) if roll is None else np.asarray(roll, np.float64)
    c, s = np.cos(roll)[..., None], np.sin(roll)[..., None]
    x, y = landmarks[..., 0], landmarks[..., 1]
    u, v = c * x + s * y, -s * x + c * y  # turned back by the roll
    middle_u, middle_v = (u.max(-1) + u.min(-1)) / 2, (v.max(-1) + v.min(-1)) / 2
    size = np.maximum(np.ptp(u, -1), np.ptp(v, -1))
    c, s = c[..., 0], s[..., 0]
    return np.stack([c * middle_u - s * middle_v, s * middle_u + c * middle_v, size, roll], -1)


def square_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of axis-aligned squares [..., >=3] = (centre x, centre y, size), broadcast against each other."""
    half = (a[..., 2] + b[..., 2]) / 2
    smaller = np.minimum(a[..., 2], b[..., 2])
    wide = np.clip(np.minimum(half - np.abs(a[..., 0] - b[..., 0]), smaller), 0, None)
    high = np.clip(np.minimum(half - np.abs(a[..., 1] - b[..., 1]), smaller), 0, None)
    overlap = wide * high
    return overlap / np.maximum(a[..., 2] ** 2 + b[..., 2] ** 2 - overlap, 1e-9)
