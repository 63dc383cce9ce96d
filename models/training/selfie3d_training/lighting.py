"""Materials, lights and the binding of the C renderer."""
from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

from . import locks, native
from .faces import (BEARD, CLOTH, EYES_TEETH, GLASSES, HAIR, HAT, LENS, NECK_SKIN, SKIN, SLOT_COUNT, FaceLibrary)
from .identity import Person

LUMA = np.array([.3, .59, .11])


class CMaterial(ctypes.Structure):
    _fields_ = [("texture", ctypes.c_void_p), ("second", ctypes.c_void_p)] + \
        [(n, ctypes.c_int) for n in ("width", "height", "second_width", "second_height")] + \
        [("blend", ctypes.c_float), ("colour", ctypes.c_float * 12), ("specular", ctypes.c_float)]


class CScene(ctypes.Structure):
    _fields_ = [(n, ctypes.c_void_p) for n in ("positions", "tris", "uv", "slot", "cull", "materials", "lights", "ambient")] + \
        [(n, ctypes.c_int) for n in ("vertex_count", "tri_count", "light_count", "shadow_size", "size")] + \
        [(n, ctypes.c_float) for n in ("distance", "focal", "cx", "cy", "shininess")]


def colour_matrix(saturation: float, gain, offset: float = 0.) -> np.ndarray:
    """(12,) row-major 3x4: saturation, then gain per channel, then offset."""
    m = np.zeros((3, 4))
    m[:, :3] = (np.eye(3) * saturation + (1 - saturation) * LUMA[None]) * np.broadcast_to(gain, 3)[:, None]
    m[:, 3] = offset
    return m.ravel()


def _put(material: CMaterial, texture, colour, specular, second=None, blend=0.):
    if texture is not None:
        material.texture, (material.height, material.width) = texture.ctypes.data, texture.shape[:2]
    if second is not None:
        material.second, (material.second_height, material.second_width) = second.ctypes.data, second.shape[:2]
    material.blend, material.specular = blend, specular
    material.colour = (ctypes.c_float * 12)(*[float(v) for v in colour])


def materials(rng, library: FaceLibrary, person: Person, outfit: int, hair: list[np.ndarray] | None, level: int):
    """The material table of one person; ``hair`` is a texture pyramid, ``level`` picks the mip level. Textures must outlive the table."""
    table = (CMaterial * SLOT_COUNT)()
    cloth = library.outfits[person.head][outfit].texture[level]
    tone = np.clip(1 + .12 * rng.normal() + np.array([.05, 0, -.05]) * rng.normal() + .03 * rng.normal(size=3), .6, 1.6)
    skin_colour = colour_matrix(rng.uniform(.75, 1.2), tone)
    skins = library.head_textures
    _put(table[SKIN], skins[person.head][level], skin_colour, max(0, rng.normal() * .25) if rng.random() < .6 else 0,
         skins[person.second_skin][level] if person.skin_blend > 0 else None, person.skin_blend)
    _put(table[CLOTH], cloth, colour_matrix(rng.uniform(0, 1.5), np.exp(rng.normal(size=3) * .35 + rng.normal() * .3), rng.uniform(-.1, .15)), 0)
    _put(table[EYES_TEETH], cloth, colour_matrix(1, rng.uniform(.8, 1.1)), .2)
    _put(table[NECK_SKIN], cloth, colour_matrix(1, tone), 0)
    if hair is not None:
        _put(table[HAIR], hair[level], hair_matrix(rng, hair), rng.uniform(0, .3))
    if library.hair:
        own = hair if hair is not None and rng.random() < .7 else library.hair[rng.integers(len(library.hair))].texture
        _put(table[BEARD], own[level], colour_matrix(rng.uniform(.2, 1.1), np.exp(rng.normal() * .4) * rng.choice([.6, 1, 1.6]), rng.choice([0, .1, .3], p=[.7, .2, .1])), 0)
    else:
        _put(table[BEARD], None, _flat(np.full(3, rng.uniform(.03, .5))), 0)
    frame = np.clip((rng.uniform(0, .9) + rng.normal(size=3) * .1) * rng.random(), .02, 1)
    _put(table[GLASSES], None, _flat(frame), rng.uniform(0, .8))
    _put(table[LENS], None, _flat(np.clip(rng.uniform(0, .3) + rng.normal(size=3) * .04, .02, 1)), rng.uniform(0, 1.))
    _put(table[HAT], cloth, hat_matrix(rng), 0)
    return table


def _flat(rgb) -> np.ndarray:
    m = np.zeros((3, 4))
    m[:, 3] = rgb
    return m.ravel()


def hair_matrix(rng, texture: list[np.ndarray]) -> np.ndarray:
    """(12,) the texture's own colour, brighter or greyer; or its strands in one of the colours that hair has."""
    if rng.random() < .3:
        gain = np.exp(rng.normal() * .3) * np.array([1.1, 1, .85]) ** rng.normal() * rng.choice([.8, 1.2, 2], p=[.5, .35, .15])
        return colour_matrix(rng.uniform(0, 1.2), gain, rng.choice([0, .1, .25], p=[.7, .2, .1]))
    brightness = max(float((texture[-1] @ LUMA).mean()) / 255, .05)
    return colour_matrix(0, locks.random_colour(rng) / brightness)


def hat_matrix(rng) -> np.ndarray:
    """(12,) one in four of any colour, the others muted: the cloth's own pattern, dark to pale."""
    if rng.random() < .25:
        return colour_matrix(rng.uniform(0, 1.8), np.exp(rng.normal(size=3) * .5) * rng.uniform(.5, 2), rng.uniform(-.1, .4))
    return colour_matrix(rng.uniform(0, .6), np.exp(rng.normal(size=3) * .12) * rng.uniform(.3, 1.3), rng.uniform(-.05, .15))


def lights(rng) -> tuple[np.ndarray, np.ndarray]:
    """((L, 7) direction, colour, wrap; (6,) sky and ground light): one to three lamps, the first from the front.

    One in eight is low-key: a single hard lamp from the side and next to no other light.
    """
    if rng.random() < .125:
        direction = np.array([rng.choice([-1, 1]), rng.normal() * .4 + .2, rng.uniform(-.5, .6)])
        tint = np.exp(rng.normal(size=3) * .1) * rng.uniform(.7, 1.7)
        dim = rng.uniform(0, .08) * np.ones(3)
        return (np.array([[*(direction / np.linalg.norm(direction)), *tint, rng.uniform(0, .15)]], np.float32),
                np.concatenate([dim, dim * .5]).astype(np.float32))
    count, exposure = int(rng.integers(1, 4)), np.exp(rng.normal() * .25)
    table = np.zeros((count, 7), np.float32)
    for i in range(count):
        direction = rng.normal(size=3) + np.array([0, .5, .9 if i == 0 else .2])
        tint = np.exp(rng.normal(size=3) * (.06 if rng.random() < .8 else .3))
        strength = rng.uniform(.3, 1.3) if i == 0 else rng.uniform(0, .6)
        table[i] = [*(direction / np.linalg.norm(direction)), *(tint * strength * exposure), rng.uniform(0, .5)]
    level = rng.uniform(.12, .7) * exposure
    sky, ground = level * np.exp(rng.normal(size=3) * .08), level * rng.uniform(.3, 1) * np.exp(rng.normal(size=3) * .08)
    return table, np.concatenate([sky, ground]).astype(np.float32)


def render(positions, tris, uv, slots, cull, table, lamps, ambient, shadow_size, size, camera, shininess) -> np.ndarray:
    """(size, size, 4) uint8 straight-alpha image; ``camera`` = (distance cm, focal px, centre x px, centre y px)."""
    arrays = [np.ascontiguousarray(positions, np.float32), np.ascontiguousarray(tris, np.int32),
              np.ascontiguousarray(uv, np.float32), np.ascontiguousarray(slots, np.uint8), np.ascontiguousarray(cull, np.uint8)]
    scene = CScene()
    for name, array in zip(("positions", "tris", "uv", "slot", "cull"), arrays):
        setattr(scene, name, array.ctypes.data)
    scene.materials, scene.lights, scene.ambient = ctypes.addressof(table), lamps.ctypes.data, ambient.ctypes.data
    scene.vertex_count, scene.tri_count, scene.light_count = len(arrays[0]), len(arrays[1]), len(lamps)
    scene.shadow_size, scene.size, scene.shininess = shadow_size, size, shininess
    scene.distance, scene.focal, scene.cx, scene.cy = camera
    image = np.empty((size, size, 4), np.uint8)
    native.load(Path(__file__).parent / "native/render.c").render(ctypes.byref(scene), ctypes.c_void_p(image.ctypes.data))
    return image
