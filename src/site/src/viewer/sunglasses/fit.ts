import { FRAMES, halfWidth, type FrameDesign } from './frames.ts';
import type { GlassesName } from './names.ts';

/** A point of the head frame, metres. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What of a head is needed to put glasses on. */
export interface Wearer {
  /** Vertices, x y z after each other, metres. */
  readonly positions: ArrayLike<number>;
  readonly glassesBridge: Point;
  readonly pupilLeft?: Point | undefined;
  readonly pupilRight?: Point | undefined;
  readonly templeLeft?: Point | undefined;
  readonly templeRight?: Point | undefined;
}

/** How a pair sits. Metres and radians; the pair's own frame has its origin midway between the lenses. */
export interface Fit {
  /** Metres of the head per millimetre of the design. */
  readonly scale: number;
  readonly origin: Point;
  /** Turn about z, so that the pair lies level with the pupils. */
  readonly roll: number;
  /** One arm's end over the ear for each side, head frame. */
  readonly ears: { readonly left: Point; readonly right: Point };
}

const MM = 0.001;
const CLEARANCE = 0.0025; // between lens and skin
const NEAREST = 0.003, FARTHEST = 0.017; // of the lenses before the bridge's rest
const BESIDE_TEMPLES = 0.003; // glasses are this much wider than the head on each side
const SMALLEST = 0.82, LARGEST = 1.22; // of the design; beyond, it would not look like itself
// Of the ICT mean head at 63 mm between the pupils: the ear's root lies this far behind and its top this far above the pupils.
const EAR_BEHIND_PUPILS = 0.072, EAR_ABOVE_PUPILS = 0.008;
const CORNER_BEHIND_PUPIL = 0.008; // the eye's outer corner
const REST_BEHIND_ROOT = 0.011; // where arms bend down
const HINGE_BACK = 0.006, BESIDE_SKIN = 0.002;
const MEAN_PUPILS = 0.063;

/** Fits a pair of glasses to a head: as wide as the temples, level with the pupils, just clear of brows and cheeks. */
export function fitGlasses(name: GlassesName, wearer: Wearer): Fit {
  const design = FRAMES[name];
  const { glassesBridge: bridge, pupilLeft: left, pupilRight: right } = wearer;
  const size = left && right ? Math.hypot(left.x - right.x, left.y - right.y) / MEAN_PUPILS : 1;
  const templeX = wearer.templeLeft && wearer.templeRight ? (wearer.templeLeft.x - wearer.templeRight.x) / 2 : 0.069 * size;
  const scale = clamp((templeX + BESIDE_TEMPLES) / (halfWidth(design) * MM), SMALLEST * size, LARGEST * size) * MM;
  const roll = left && right ? clamp(Math.atan2(left.y - right.y, left.x - right.x), -0.12, 0.12) : 0;
  const x = left && right ? (bridge.x + (left.x + right.x) / 2) / 2 : bridge.x;
  const y = bridge.y - design.drop * scale;
  const z = clamp(clearing(design, wearer.positions, { x, y, z: bridge.z }, scale), bridge.z + NEAREST * size, bridge.z + FARTHEST * size);
  const origin = { x, y, z };
  return { scale, origin, roll, ears: { left: ear(design, wearer, origin, scale, size, 1), right: ear(design, wearer, origin, scale, size, -1) } };
}

/** The least z of the lenses' middle at which no vertex of the head comes through a lens. */
function clearing(design: FrameDesign, positions: ArrayLike<number>, at: Point, scale: number): number {
  const reachX = design.outline(0)[0] + 2, reachY = design.outline(Math.PI / 2)[1] + 2, deepY = design.outline(-Math.PI / 2)[1] - 2;
  const wrap = Math.tan(rad(design.wrap)), tilt = Math.tan(rad(design.tilt));
  const nose = 9; // the bridge spans it
  let z = -Infinity;
  for (let k = 0; k < positions.length; k += 3) {
    const acrossMm = Math.abs(positions[k]! - at.x) / scale, upMm = (positions[k + 1]! - at.y) / scale, depth = positions[k + 2]!;
    const beside = acrossMm - design.lensDistance / 2;
    if (acrossMm < nose || depth < 0 || (beside / reachX) ** 2 + (upMm / (upMm > 0 ? reachY : deepY)) ** 2 > 1) continue;
    // Where the lens lies at this place, before or behind its middle.
    const lens = (-beside * wrap + upMm * tilt) * scale;
    z = Math.max(z, depth - lens + CLEARANCE);
  }
  return Number.isFinite(z) ? z : at.z;
}

/** Where an arm rests on the ear: as straight back from the hinge as the side of the head allows. */
function ear(design: FrameDesign, wearer: Wearer, origin: Point, scale: number, size: number, side: 1 | -1): Point {
  const { positions } = wearer;
  const pupil = (side > 0 ? wearer.pupilLeft : wearer.pupilRight) ?? { ...wearer.glassesBridge, z: wearer.glassesBridge.z - 0.017 * size };
  const temple = side > 0 ? wearer.templeLeft : wearer.templeRight;
  // The temple's anchor is midway between the eye's corner and the ear.
  const measured = temple ? 2 * temple.z - (pupil.z - CORNER_BEHIND_PUPIL * size) : -Infinity;
  const root = Math.max(measured, pupil.z - 1.25 * EAR_BEHIND_PUPILS * size, -1);
  const end = root - REST_BEHIND_ROOT * size, endY = pupil.y + EAR_ABOVE_PUPILS * size;

  const hingeX = halfWidth(design) * scale, hingeY = origin.y + design.hinge * scale, hingeZ = origin.z - HINGE_BACK;
  let spread = -0.06; // sideways per way back
  for (let k = 0; k < positions.length; k += 3) {
    const out = side * (positions[k]! - origin.x), back = hingeZ - positions[k + 2]!;
    if (out < 0 || back < 0.02 * size || back > hingeZ - root) continue; // before the ear only: arms go in between ear and head
    const armY = hingeY + ((endY - hingeY) * back) / (hingeZ - end);
    if (Math.abs(positions[k + 1]! - armY) < 0.004) spread = Math.max(spread, (out + BESIDE_SKIN - hingeX) / back);
  }
  return { x: origin.x + side * (hingeX + Math.min(spread, 0.3) * (hingeZ - end)), y: endY, z: end };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function rad(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
