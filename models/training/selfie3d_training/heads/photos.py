"""Photos of synthetic people with the true head beside them.

A set is a folder: ``images/NNNN.jpg`` and ``truth.npz`` with, for N photos of a head of S vertices, ``landmarks`` (N, 68, 3)
and ``head`` (N, S, 3) in the photo frame as the camera saw them, ``metric`` (N, S, 3) the head itself in millimetres along
the photo's axes, ``metric_landmarks`` (N, 68, 3), ``yaw`` and ``pitch`` (N,), ``distance`` (N,) in cm, ``person``,
``second``, ``sex``, ``ethnicity`` (N,) of the skin, ``tris`` (F, 3) and ``face`` (S,), true on the face proper.
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .. import backgrounds, faces
from ..camera import Crop, photograph
from ..faces import FaceLibrary
from ..identity import Casting, Person, rotation
from ..photographer import TURN_CENTRE, Photographer, PhotographerConfig, Shot
from ..wardrobe import HEAD_CENTRE

SIZE = 480                    # pixels of a photo's side
SPRITE = 320                  # pixels that the head is rendered with
AROUND = (1.05, 1.8)          # side of the photo over that of the sprite
PUPILS_MM = 63.
BACKGROUNDS = 60


@dataclass
class HeadSet:
    """A folder of photos and the truth about them; fields as the module says."""
    folder: Path
    truth: dict[str, np.ndarray]

    @staticmethod
    def load(folder: Path) -> "HeadSet":
        return HeadSet(Path(folder), dict(np.load(Path(folder) / "truth.npz")))

    def __len__(self) -> int:
        return len(self.truth["yaw"])

    def name(self, index: int) -> str:
        return f"{index:04d}"


class Remembering:
    """Draws people from another casting and remembers the last."""

    def __init__(self, casting):
        self.casting, self.last = casting, None

    def draw(self, rng: np.random.Generator) -> Person:
        self.last = self.casting.draw(rng)
        return self.last


class OnePerson(Casting):
    """Draws one person of the library as it was scanned, with its own skin, under random expressions."""

    def __init__(self, library: FaceLibrary, head: int):
        self.library, self.head = library, head

    def draw(self, rng: np.random.Generator) -> Person:
        neutral = self.library.positions[self.head]
        person = Person(self.head, self.head, 0., neutral.copy(), neutral.copy())
        self._express(rng, person)
        return person

    def _express(self, rng, person):
        (self._valid_expression if rng.random() < .6 else self._ict_expression)(rng, person)
        self._gaze(rng, person)


def metric_head(shot: Shot, closed: np.ndarray, follows: np.ndarray) -> np.ndarray:
    """(S, 3) the posed head in centimetres along the image's axes (x right, y down, z towards the camera).

    A shot's truth is what the camera saw, with perspective. The camera's axis is found from ``closed`` (S, 3), the head
    before it was posed, where it ``follows`` (S,) the head and not the neck; then every point is seen back along its ray.
    """
    turn = rotation(-shot.angles[0], shot.angles[1], shot.angles[2])
    depth = shot.distance - shot.head[:, 2] / shot.pixels_per_cm
    focal = shot.pixels_per_cm * shot.distance
    stiff = follows > .999
    posed = (closed[stiff] - TURN_CENTRE) @ turn.T * [1, -1, 1]
    axis = np.median(shot.head[stiff, :2] - posed[:, :2] * (focal / depth[stiff])[:, None], 0)
    xy = (shot.head[:, :2] - axis) * (depth / focal)[:, None]
    return np.concatenate([xy, (shot.distance - depth)[:, None]], 1)


def face_mask(photographer: Photographer, faces_folder: Path) -> np.ndarray:
    """(S,) true on the narrow face: brows to chin, without ears and neck."""
    region = np.load(Path(faces_folder) / "valid_to_ict.npz")["valid_vert_region"]
    narrow = np.zeros(photographer.library.vertex_count, np.float32)
    narrow[:len(region)] = region == 0
    return photographer.sealed.weights(narrow) > .5


class PhotoMaker:
    """Photos of one library's people, at arm's length and farther, with the camera's faults."""

    def __init__(self, faces_folder: Path, split: str, seed: int):
        self.library = faces.load(faces_folder, split)
        self.photographer = Photographer(self.library, seed, PhotographerConfig(size=SPRITE))
        self.faces_folder, self.everyone = faces_folder, self.photographer.casting
        rng = np.random.default_rng([seed, 1])
        self.backgrounds = np.stack([backgrounds.make(rng, self.library, 256) for _ in range(BACKGROUNDS)])

    def make(self, rng: np.random.Generator, casting=None, yaw: float | None = None, faults: bool = True):
        """A photo (SIZE, SIZE, 3) uint8 and its row of the truth."""
        library, sealed = self.library, self.photographer.sealed
        self.photographer.casting = casting = Remembering(casting or self.everyone)
        shot = self.photographer.shoot(rng, yaw=yaw)
        person = casting.last
        side = SPRITE * rng.uniform(*AROUND)
        play = (side - SPRITE) / 2
        crop = Crop(np.full(2, SPRITE / 2) + rng.uniform(-play, play, 2), side, rng.normal() * 8)
        image = photograph(rng, shot.rgba, self.backgrounds, crop, SIZE, faults)
        metric = metric_head(shot, sealed(person.positions), self.photographer._sealed_follows)
        marks = (metric[sealed.landmark_vertices] * library.landmark_bary[..., None]).sum(1)
        unit = PUPILS_MM / np.linalg.norm(marks[36:42].mean(0) - marks[42:48].mean(0))
        return image, dict(
            landmarks=crop.points(shot.landmarks, SIZE), head=crop.points(shot.head, SIZE),
            metric=(metric * unit).astype(np.float32), metric_landmarks=(marks * unit).astype(np.float32),
            yaw=shot.angles[0], pitch=shot.angles[1], distance=np.float32(shot.distance),
            person=library.ids[person.head], second=library.ids[person.second_skin] if person.skin_blend > 0 else "",
            sex=library.sexes[person.head], ethnicity=library.ethnicities[person.head])

    def write(self, folder: Path, shots) -> HeadSet:
        """Writes a set of (image, row of truth)."""
        (folder / "images").mkdir(parents=True, exist_ok=True)
        rows = []
        for image, row in shots:
            Image.fromarray(image).save(folder / "images" / f"{len(rows):04d}.jpg", quality=92)
            rows.append(row)
            print(f"\r{folder.name}: {len(rows)} photos", end="", flush=True)
        print()
        truth = {key: np.array([row[key] for row in rows]) for key in rows[0]}
        truth |= dict(tris=self.photographer.sealed.tris, face=face_mask(self.photographer, self.faces_folder))
        np.savez(folder / "truth.npz", **truth)
        return HeadSet.load(folder)


def held_out_people(faces_folder: Path, folder: Path, count: int = 500, seed: int = 20) -> HeadSet:
    """``count`` people whose skin, clothes and scanned shapes training never saw, yaw spread evenly over 0 to 90 on both sides."""
    maker = PhotoMaker(faces_folder, "heldout", seed)
    yaws = np.linspace(-90, 90, count)
    return maker.write(folder, (maker.make(np.random.default_rng([seed, k]), yaw=float(yaws[k])) for k in range(count)))


def everyone(faces_folder: Path, folder: Path, each: int = 10, seed: int = 30) -> HeadSet:
    """Every scanned head of the library as it is, ``each`` times, all under the same angles, cameras and faults."""
    maker = PhotoMaker(faces_folder, "all", seed)
    yaws = np.linspace(-70, 70, each)

    def shots():
        for head in range(len(maker.library.ids)):
            for k in range(each):
                yield maker.make(np.random.default_rng([seed, k]), OnePerson(maker.library, head), float(yaws[k]))

    return maker.write(folder, shots())
