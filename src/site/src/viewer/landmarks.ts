import { BufferGeometry, Float32BufferAttribute, Group, InstancedMesh, LineBasicMaterial, LineSegments, Matrix4, MeshBasicMaterial, SphereGeometry, type Vector3 } from 'three';

// The 68-point order: jaw, brows, nose, eyes and lips; the last three are closed.
const CHAINS: readonly (readonly [first: number, end: number, closed: boolean])[] = [
  [0, 17, false], [17, 22, false], [22, 27, false], [27, 31, false], [31, 36, false], [36, 42, true], [42, 48, true], [48, 60, true], [60, 68, true],
];

const RADIUS_M = 0.0012;
const COLOR = 0x00d1b2;

/** The landmarks as dots and lines that the head does not hide. */
export function makeLandmarks(points: readonly Vector3[]): Group {
  const group = new Group();
  const dots = new InstancedMesh(new SphereGeometry(RADIUS_M, 10, 8), new MeshBasicMaterial({ color: COLOR, depthTest: false, transparent: true }), points.length);
  points.forEach((point, index) => dots.setMatrixAt(index, new Matrix4().makeTranslation(point)));
  const ends: number[] = [];
  for (const [first, end, closed] of CHAINS) {
    for (let k = first; k < end - (closed ? 0 : 1); k++) {
      const from = points[k], to = points[k + 1 < end ? k + 1 : first];
      if (from && to) ends.push(from.x, from.y, from.z, to.x, to.y, to.z);
    }
  }
  const lines = new LineSegments(
    new BufferGeometry().setAttribute('position', new Float32BufferAttribute(ends, 3)),
    new LineBasicMaterial({ color: COLOR, depthTest: false, transparent: true, opacity: 0.75 }),
  );
  dots.renderOrder = 11;
  lines.renderOrder = 10;
  group.add(lines, dots);
  return group;
}
