"""The dense correspondence between the ICT face model and the mean VALID head: landmarks, 30 identity modes, then nonrigid ICP."""
from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from scipy.spatial import cKDTree

from ..surface import Surface, laplacians, vertex_normals
from .ict import REGION_QUADS, SKIN_QUADS

SKIN = 11248          # vertices of ICT's face, head, neck and mouth socket's rim
FACE = 9409
MODES, RIDGE = 30, 8.
# Picks on the mean VALID head seen from the front, mm from the middle of the eyes (60 mm apart): x, y of the right half.
HALF = {17: (-51, 15.5), 18: (-45.5, 19.3), 19: (-36.5, 21), 20: (-26, 19.5), 21: (-14, 14), 31: (-11.5, -45), 36: (-44, -.4), 37: (-37, 3.2),
        38: (-26.5, 3), 39: (-17, -4), 40: (-25, -5.2), 41: (-36, -4.6), 48: (-26.3, -67), 49: (-16, -61.8), 50: (-6.5, -58.6),
        60: (-24.5, -67.2), 61: (-8, -66.1), 59: (-16.5, -74.5), 58: (-8, -77.3), 67: (-8, -67)}
MIDDLE = {30: (0, -37), 33: (0, -46.7), 51: (0, -60), 57: (0, -78), 62: (0, -66.9), 66: (0, -67.6)}
OTHER = {17: 26, 18: 25, 19: 24, 20: 23, 21: 22, 31: 35, 36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46, 48: 54, 49: 53, 50: 52, 60: 64, 61: 63,
         59: 55, 58: 56, 67: 65}
# Three picks on the right ear seen from its side: y, z on the VALID head in mm, and y, z on the ICT mean in cm.
EAR_VALID = ((5.31579, -90.26316), (-47.71053, -72.13158), (-13.15789, -101.21053))
EAR_ICT = ((3.48158, .10263), (-1.88947, 1.77895), (1.73684, -1.57368))
STAGES = [(60, .5, 15)] * 4 + [(20, .4, 10)] * 5 + [(6, .3, 8)] * 6 + [(2, .2, 6)] * 6 + [(.7, .15, 5)] * 6 + [(.25, .1, 4)] * 6


def first_hit(points: np.ndarray, tris: np.ndarray, axes: tuple[int, int], at, depth: int, sign: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Where rays along axis ``depth``, from its end of that sign, first meet a surface: triangle and place for each (N, 2)."""
    a, b, c = points[tris].transpose(1, 0, 2)
    hits, places = [], []
    for place in np.asarray(at, float):
        (ax, ay), (bx, by), (cx, cy) = (corner[:, axes].T for corner in (a, b, c))
        whole = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        whole = np.where(np.abs(whole) < 1e-12, np.nan, whole)
        v = ((place[0] - ax) * (cy - ay) - (cx - ax) * (place[1] - ay)) / whole
        w = ((bx - ax) * (place[1] - ay) - (place[0] - ax) * (by - ay)) / whole
        inside = (v >= 0) & (w >= 0) & (v + w <= 1)
        height = np.where(inside, sign * ((1 - v - w) * a[:, depth] + v * b[:, depth] + w * c[:, depth]), -np.inf)
        best = int(height.argmax())
        if not np.isfinite(height[best]):
            raise SystemExit(f"the pick at {place} meets no surface: the head is not where it is expected")
        hits.append(best)
        places.append((1 - v[best] - w[best]) * a[best] + v[best] * b[best] + w[best] * c[best])
    return np.array(hits), np.array(places)


def similarity(source: np.ndarray, target: np.ndarray, weight: np.ndarray):
    """(s, R, t) with target ~ s source @ R.T + t, weighted least squares (Umeyama 1991)."""
    weight = weight / weight.sum()
    middle, aim = (source * weight[:, None]).sum(0), (target * weight[:, None]).sum(0)
    a, b = source - middle, target - aim
    u, s, vt = np.linalg.svd((a * weight[:, None]).T @ b)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    turn = (u @ sign @ vt).T
    scale = (s * np.diag(sign)).sum() / ((a ** 2).sum(1) * weight).sum()
    return scale, turn, aim - scale * turn @ middle


def marks(mean: np.ndarray, outer: np.ndarray, ict: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices of ICT, the places on the VALID head (mm) that they belong to, and weights."""
    ids, at = [], []
    for k, (x, y) in HALF.items():
        ids += [k, OTHER[k]]
        at += [(x, y), (-x, y)]
    for k, place in MIDDLE.items():
        ids.append(k)
        at.append(place)
    _, found = first_hit(mean, outer, (0, 1), at, 2)
    places = dict(zip(ids, found))
    for k, j in OTHER.items():   # both sides alike
        half = (places[k] + places[j] * [-1, 1, 1]) / 2
        places[k], places[j] = half, half * [-1, 1, 1]
    skin = ict["tris"][ict["tri_to_quad"] < SKIN_QUADS]
    _, ear = first_hit(mean, outer, (1, 2), EAR_VALID, 0, -1)
    triangle, _ = first_hit(ict["mean"].astype(float), skin, (1, 2), EAR_ICT, 0, -1)
    right = skin[triangle][:, 0]
    left = cKDTree(ict["mean"][:SKIN]).query(ict["mean"][right] * [-1, 1, 1])[1]
    vertices = np.concatenate([ict["lmk68"][ids], right, left])
    return vertices, np.concatenate([[places[k] for k in ids], ear, ear * [-1, 1, 1]]), np.r_[np.ones(len(ids)), np.full(6, .5)]


def outer_skin(tris: np.ndarray, tris_uv: np.ndarray, uv: np.ndarray, tri_part: np.ndarray) -> np.ndarray:
    """Rows of ``tris``: the head without the inside of the mouth, which has its own charts."""
    middle = uv[tris_uv].mean(1)
    mouth = ((middle[:, 0] < .095) & (middle[:, 1] < .095)) | ((middle[:, 0] > .87) & (middle[:, 1] > .38) & (middle[:, 1] < .46))
    return np.where((tri_part == 0) & ~mouth)[0]


def fitted_start(mean, surface: Surface, normals, vertices, places, weights, ict, skin_tris) -> np.ndarray:
    """(SKIN, 3) ICT's mean under a similarity and 30 identity modes, close to the VALID head, mm."""
    model, modes = ict["mean"].astype(float), ict["id_q"][:MODES, :SKIN].astype(np.float32) * float(ict["id_step"])
    used = np.unique(surface.tris)
    tree, face, current = cKDTree(mean[used]), np.arange(0, FACE, 3), model[:SKIN].copy()
    for step in range(25):
        s, turn, shift = similarity(current[vertices], places, weights)
        close = np.zeros(len(face), bool)
        if step > 3:
            moved = current * s @ turn.T + shift
            facing = vertex_normals(np.concatenate([current, model[SKIN:]]), skin_tris)[:SKIN] @ turn.T
            distance, near = tree.query(moved[face])
            near = used[near]
            close = (distance < 8) & ((facing[face] * normals[near]).sum(1) > .6) & (moved[face][:, 1] > -115)
            s, turn, shift = similarity(np.concatenate([current[vertices], current[face[close]]]), np.concatenate([places, mean[near[close]]]),
                                        np.concatenate([weights * 20, np.full(close.sum(), .3)]))
        back = lambda p: (p - shift) @ turn / s
        rows = modes[:, vertices].transpose(1, 2, 0)
        a = np.einsum("n,ndk,ndl->kl", weights * 20, rows, rows) + np.eye(MODES) * RIDGE
        b = np.einsum("n,ndk,nd->k", weights * 20, rows, back(places) - model[vertices])
        if step > 3:
            chosen = face[close]
            normal = facing[chosen] @ turn
            along = np.einsum("knd,nd->nk", modes[:, chosen], normal)
            a += along.T @ along
            b += along.T @ ((back(mean[near[close]]) - model[chosen]) * normal).sum(1)
        current = model[:SKIN] + np.tensordot(np.linalg.solve(a, b), modes, 1)
    return current * s @ turn.T + shift


def register(topology: dict[str, np.ndarray], mean_metres: np.ndarray, ict: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What goes into ``valid_to_ict.npz``; ``mean_metres`` (V, 3) has 60 mm between the eyes and its origin between them."""
    mean, rows = mean_metres * 1000, outer_skin(topology["tris"], topology["tris_uv"], topology["uv"], topology["tri_part"])
    outer = topology["tris"][rows]
    surface, normals = Surface(mean, outer), vertex_normals(mean, outer)
    skin_tris = ict["tris"][ict["tri_to_quad"] < SKIN_QUADS]
    vertices, places, weights = marks(mean, outer, ict)
    start = fitted_start(mean, surface, normals, vertices, places, weights, ict, skin_tris)

    inner = skin_tris[(skin_tris < SKIN).all(1)]
    laplacian, relative = laplacians(skin_tris, SKIN)
    bending = relative.T @ relative
    mark_weight, mark_sum = np.zeros(SKIN), np.zeros((SKIN, 3))
    np.add.at(mark_weight, vertices, weights)
    np.add.at(mark_sum, vertices, places * weights[:, None])

    moved = np.zeros_like(start)
    for stiffness, by_marks, reach in STAGES:
        now = start + moved
        tri, _, found, distance, valid = surface.nearest(now, 16, vertex_normals(now, inner))
        weight = np.where(valid & (distance < reach) & (now[:, 1] >= -300), 1., 0.)
        normal = surface.normals[tri]
        onto_plane = now - ((now - found) * normal).sum(1, keepdims=True) * normal
        target = np.where((distance < 2)[:, None], .5 * onto_plane + .5 * found, found)
        system = sp.diags(weight + mark_weight * by_marks * 10) + stiffness * laplacian / 6 + stiffness * 2 * bending
        right = weight[:, None] * (target - start) + (mark_sum - mark_weight[:, None] * start) * by_marks * 10
        solver = splu(system.tocsc())
        moved = np.stack([solver.solve(right[:, k]) for k in range(3)], 1)
    warped = start + moved
    tri, bary, _, distance, valid = surface.nearest(warped, 16, vertex_normals(warped, inner))
    forth = dict(ict_vert_valid_tri=rows[tri].astype(np.int32), ict_vert_valid_bary=bary.astype(np.float32),
                 ict_vert_dist_mm=distance.astype(np.float16), ict_vert_ok=valid & (distance < np.where(warped[:, 1] < -120, 12, 4)))

    whole = np.where((ict["tris"] < SKIN).all(1) & (ict["tri_to_quad"] < SKIN_QUADS))[0]
    count = int(topology["part_vertex_range"][0][1])
    tri, bary, _, distance, valid = Surface(warped, ict["tris"][whole]).nearest(mean[:count], 16, vertex_normals(mean, outer)[:count])
    valid &= distance < 3
    quad, region = ict["tri_to_quad"][whole[tri]], np.full(count, 255, np.uint8)
    for k, (first, last) in enumerate((REGION_QUADS["narrow_face"], (REGION_QUADS["narrow_face"][1], REGION_QUADS["face"][1]), REGION_QUADS["head_and_neck"])):
        region[valid & (quad >= first) & (quad < last)] = k
    print(f"correspondence: face within {np.median(forth['ict_vert_dist_mm'][:FACE]):.3f} mm (median), "
          f"{100 * valid.mean():.1f} % of the head's vertices have a counterpart")
    return forth | dict(valid_vert_ict_tri=whole[tri].astype(np.int32), valid_vert_ict_bary=bary.astype(np.float32),
                        valid_vert_dist_mm=distance.astype(np.float16), valid_vert_ok=valid, valid_vert_region=region)
