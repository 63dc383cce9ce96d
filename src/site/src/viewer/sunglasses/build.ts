import { BufferGeometry, CatmullRomCurve3, Color, ExtrudeGeometry, Float32BufferAttribute, Path, Shape, TubeGeometry, Vector2, Vector3 } from 'three';
import type { FrameDesign } from './frames.ts';

const OUTLINE_STEPS = 72;
const LENS_RINGS = 10;
const BASE_CURVE_MM = 88; // radius of a six-dioptre lens

/** The lens of the subject's left eye around its own middle, millimetres, darker above. */
export function lensGeometry(design: FrameDesign): BufferGeometry {
  const positions: number[] = [], colors: number[] = [], triangles: number[] = [];
  const top = new Color(design.lens.top), bottom = new Color(design.lens.bottom), mixed = new Color();
  const high = design.outline(Math.PI / 2)[1], low = design.outline(-Math.PI / 2)[1];
  const add = (x: number, y: number) => {
    positions.push(x, y, bulge(x, y));
    mixed.lerpColors(bottom, top, (y - low) / (high - low));
    colors.push(mixed.r, mixed.g, mixed.b);
  };
  add(0, 0);
  for (let ring = 1; ring <= LENS_RINGS; ring++) {
    for (let step = 0; step < OUTLINE_STEPS; step++) {
      const [x, y] = design.outline((step / OUTLINE_STEPS) * 2 * Math.PI);
      add((x * ring) / LENS_RINGS, (y * ring) / LENS_RINGS);
    }
  }
  const at = (ring: number, step: number) => (ring === 0 ? 0 : 1 + (ring - 1) * OUTLINE_STEPS + (step % OUTLINE_STEPS));
  for (let ring = 0; ring < LENS_RINGS; ring++) {
    for (let step = 0; step < OUTLINE_STEPS; step++) {
      triangles.push(at(ring, step), at(ring + 1, step), at(ring + 1, step + 1));
      if (ring > 0) triangles.push(at(ring, step), at(ring + 1, step + 1), at(ring, step + 1));
    }
  }
  const lens = new BufferGeometry();
  lens.setAttribute('position', new Float32BufferAttribute(positions, 3));
  lens.setAttribute('color', new Float32BufferAttribute(colors, 3));
  lens.setIndex(triangles);
  lens.computeVertexNormals();
  return lens;
}

/** The rim of the same lens. */
export function rimGeometry(design: FrameDesign): BufferGeometry {
  const points = outline(design);
  if ('wire' in design.rim) {
    const curve = new CatmullRomCurve3(points.map((point) => new Vector3(point.x, point.y, bulge(point.x, point.y))), true);
    return new TubeGeometry(curve, 2 * OUTLINE_STEPS, design.rim.wire, 10, true);
  }

  const { border, depth } = design.rim;
  const outside = new Shape(points.map((point, index) => {
    // Along the outline's own normal, a little more above than below, as acetate frames are.
    const before = points[(index + points.length - 1) % points.length]!, after = points[(index + 1) % points.length]!;
    const out = new Vector2(after.y - before.y, before.x - after.x).normalize();
    return point.clone().addScaledVector(out, border * (point.y > 0 ? 1 : 0.78));
  }));
  outside.holes.push(new Path(points.slice().reverse()));
  const rim = new ExtrudeGeometry(outside, { depth: depth - 1.6, bevelEnabled: true, bevelThickness: 0.8, bevelSize: 0.5, bevelOffset: -0.5, bevelSegments: 3 });
  rim.translate(0, 0, -depth / 2);
  const position = rim.getAttribute('position');
  for (let k = 0; k < position.count; k++) position.setZ(k, position.getZ(k) + bulge(position.getX(k), position.getY(k)));
  rim.computeVertexNormals();
  return rim;
}

/** A tube through points, millimetres. */
export function tube(points: readonly Vector3[], radius: number): BufferGeometry {
  return new TubeGeometry(new CatmullRomCurve3([...points]), 40, radius, 10, false);
}

/** An arm: a flat bar along a path, higher than thick, millimetres, with a closed rounded end. */
export function armGeometry(path: readonly Vector3[], height: number, thickness: number): BufferGeometry {
  const curve = new CatmullRomCurve3([...path], false, 'centripetal');
  const around = 14, along = 48;
  const positions: number[] = [], triangles: number[] = [];
  const up = new Vector3(), side = new Vector3(), forward = new Vector3();
  for (let i = 0; i <= along; i++) {
    const share = i / along, middle = curve.getPointAt(share);
    curve.getTangentAt(share, forward);
    side.set(1, 0, 0).addScaledVector(forward, -forward.x).normalize();
    up.crossVectors(forward, side).normalize();
    const end = share > 0.97 ? Math.sqrt(Math.max(0, 1 - ((share - 0.97) / 0.03) ** 2)) : 1;
    const tall = (height / 2) * (share > 0.75 ? 1 : 1 - 0.18 * Math.sin((share / 0.75) * Math.PI)) * end;
    for (let k = 0; k < around; k++) {
      const angle = (k / around) * 2 * Math.PI, c = Math.cos(angle), s = Math.sin(angle);
      const across = Math.sign(c) * Math.abs(c) ** 0.5 * (thickness / 2) * end, high = Math.sign(s) * Math.abs(s) ** 0.5 * tall;
      positions.push(middle.x + side.x * across + up.x * high, middle.y + side.y * across + up.y * high, middle.z + side.z * across + up.z * high);
    }
  }
  for (let i = 0; i < along; i++) {
    for (let k = 0; k < around; k++) {
      const a = i * around + k, b = i * around + ((k + 1) % around), c = a + around, d = b + around;
      triangles.push(a, b, c, b, d, c);
    }
  }
  const arm = new BufferGeometry();
  arm.setAttribute('position', new Float32BufferAttribute(positions, 3));
  arm.setIndex(triangles);
  arm.computeVertexNormals();
  return arm;
}

function outline(design: FrameDesign): Vector2[] {
  return Array.from({ length: OUTLINE_STEPS }, (_, step) => new Vector2(...design.outline((step / OUTLINE_STEPS) * 2 * Math.PI)));
}

/** How far a lens lies behind its middle at a place: the edge of a sphere. */
export function bulge(x: number, y: number): number {
  return Math.sqrt(BASE_CURVE_MM ** 2 - x * x - y * y) - BASE_CURVE_MM;
}
