import type { GlassesName } from './names.ts';

/** A point of a lens, millimetres from its middle: x away from the nose, y up. */
export type LensPoint = readonly [x: number, y: number];

/** One pair of sunglasses in millimetres; the second lens is the mirror of the first. */
export interface FrameDesign {
  /** The lens's outline by angle, 0 = away from the nose, counter-clockwise. */
  outline(angle: number): LensPoint;
  /** Between the middles of the lenses. */
  readonly lensDistance: number;
  /** The lenses' middle below the bridge's rest on the nose (negative: above). */
  readonly drop: number;
  /** Wire: a tube of this radius. Acetate: a border of this width and depth. */
  readonly rim: { readonly wire: number } | { readonly border: number; readonly depth: number };
  /** Height of the hinge above the middle of the lens. */
  readonly hinge: number;
  /** Where the bridge leaves the rim, as an angle of the outline. */
  readonly bridge: readonly number[];
  /** How far the bridge arches up. */
  readonly arch: number;
  readonly arm: { readonly height: number; readonly thickness: number };
  readonly color: number;
  readonly metal: boolean;
  readonly lens: { readonly top: number; readonly bottom: number; readonly opacity: number };
  /** Lenses turned outward around the head, degrees. */
  readonly wrap: number;
  /** Lower edge turned towards the cheeks, degrees. */
  readonly tilt: number;
}

const { abs, cos, sign, sin, PI } = Math;

/** A rounded box: exponent 2 is an ellipse, larger is squarer (Lamé curve). */
function superellipse(angle: number, halfWidth: number, halfHeight: number, exponent: number): [number, number] {
  const c = cos(angle), s = sin(angle), power = 2 / exponent;
  return [halfWidth * sign(c) * abs(c) ** power, halfHeight * sign(s) * abs(s) ** power];
}

export const FRAMES: Readonly<Record<GlassesName, FrameDesign>> = {
  round: {
    outline: (angle) => superellipse(angle, 23.5, 22.5, 2.05),
    lensDistance: 66,
    drop: -1,
    rim: { wire: 1.15 },
    hinge: 6,
    bridge: [PI - 0.55],
    arch: 3.5,
    arm: { height: 2.2, thickness: 1.6 },
    color: 0xc9a25e,
    metal: true,
    lens: { top: 0x1c2a24, bottom: 0x41594d, opacity: 0.86 },
    wrap: 4,
    tilt: 7,
  },
  aviator: {
    // A drop that hangs towards the cheek, straight under the brow.
    outline: (angle) => {
      const [x, y] = superellipse(angle, 28.5, 24, 2.35);
      const down = Math.max(0, -y / 24);
      return [x * (1 - 0.13 * down) + 2.2 * down, y < 0 ? y * 1.06 : y * 0.84];
    },
    lensDistance: 69,
    drop: 2,
    rim: { wire: 0.95 },
    hinge: 13,
    bridge: [PI - 0.42, PI - 0.98],
    arch: 1.2,
    arm: { height: 2, thickness: 1.4 },
    color: 0xb9bcc4,
    metal: true,
    lens: { top: 0x20242c, bottom: 0x6f7d90, opacity: 0.82 },
    wrap: 6,
    tilt: 8,
  },
  square: {
    // Wider above than below.
    outline: (angle) => {
      const [x, y] = superellipse(angle, 25.5, 19.5, 3.1);
      return [x * (1 + 0.07 * (y / 19.5)), y + 0.045 * Math.max(0, x)];
    },
    lensDistance: 70,
    drop: -2,
    rim: { border: 4.2, depth: 4.2 },
    hinge: 12,
    bridge: [PI - 0.5],
    arch: 1.5,
    arm: { height: 7, thickness: 3.6 },
    color: 0x17151a,
    metal: false,
    lens: { top: 0x17161b, bottom: 0x35323d, opacity: 0.93 },
    wrap: 5,
    tilt: 7,
  },
};

const END_PIECE = 7.5; // from the lens's edge out to the hinge

/** Half of the frame's width from hinge to hinge, millimetres. */
export function halfWidth(design: FrameDesign): number {
  return design.lensDistance / 2 + design.outline(0)[0] + END_PIECE;
}
