import {
  DataTexture, DoubleSide, EquirectangularReflectionMapping, Group, LinearFilter, Mesh, MeshPhongMaterial, MixOperation, MathUtils, type BufferGeometry, SRGBColorSpace,
  SphereGeometry, Vector3,
} from 'three';
import type { HeadModel } from '../head.ts';
import { armGeometry, bulge, lensGeometry, rimGeometry, tube } from './build.ts';
import { fitGlasses, type Fit } from './fit.ts';
import { FRAMES, type FrameDesign, halfWidth } from './frames.ts';
import type { GlassesName } from './names.ts';

/** Glasses on a head. */
export interface Sunglasses {
  readonly group: Group;
  dispose(): void;
}

/** Models a pair and puts it on a head that has anchors. */
export function wear(name: GlassesName, head: HeadModel): Sunglasses {
  const design = FRAMES[name];
  const { glassesBridge, ...others } = head.anchors;
  if (!glassesBridge) throw new Error('The head has no anchor for glasses.');
  const fit = fitGlasses(name, { positions: head.geometry.getAttribute('position').array, glassesBridge, ...others });

  const room = makeRoom();
  const frame = new MeshPhongMaterial(design.metal
    ? { color: design.color, specular: 0xffffff, shininess: 90, envMap: room, reflectivity: 0.45, combine: MixOperation }
    : { color: design.color, specular: 0x777777, shininess: 70, envMap: room, reflectivity: 0.1, combine: MixOperation });
  const glass = new MeshPhongMaterial({
    vertexColors: true, specular: 0xffffff, shininess: 120, envMap: room, reflectivity: 0.16, combine: MixOperation,
    transparent: true, opacity: design.lens.opacity, side: DoubleSide, depthWrite: false,
  });
  const pads = new MeshPhongMaterial({ color: 0xe8e4dc, transparent: true, opacity: 0.7, shininess: 60 });

  const pair = new Group();
  pair.position.set(fit.origin.x, fit.origin.y, fit.origin.z);
  pair.rotation.z = fit.roll;
  pair.scale.setScalar(fit.scale);
  for (const side of [1, -1] as const) {
    const eye = lensPlace(design, side);
    const lens = new Mesh(lensGeometry(design), glass);
    lens.renderOrder = 2;
    eye.add(new Mesh(rimGeometry(design), frame), lens);
    pair.add(eye, new Mesh(arm(design, fit, side), frame), new Mesh(hinge(design, side), frame));
    if (design.metal) pair.add(...nosePad(side, frame, pads));
  }
  for (const angle of design.bridge) pair.add(new Mesh(bridge(design, angle), frame));
  frame.side = DoubleSide; // mirrored halves turn their triangles over
  return {
    group: pair,
    dispose() {
      pair.traverse((node) => node instanceof Mesh && (node.geometry as BufferGeometry).dispose());
      for (const material of [frame, glass, pads]) material.dispose();
      room.dispose();
    },
  };
}

function lensPlace(design: FrameDesign, side: 1 | -1): Group {
  const eye = new Group();
  eye.position.x = (side * design.lensDistance) / 2;
  eye.rotation.set(MathUtils.degToRad(design.tilt), MathUtils.degToRad(side * design.wrap), 0, 'YXZ');
  eye.scale.x = side;
  return eye;
}

/** A place on the outline in the pair's frame. */
function onRim(design: FrameDesign, angle: number, side: 1 | -1, outward = 0): Vector3 {
  const [x, y] = design.outline(angle);
  const place = lensPlace(design, side);
  place.updateMatrix();
  const length = Math.hypot(x, y);
  return new Vector3(x * (1 + outward / length), y * (1 + outward / length), bulge(x, y)).applyMatrix4(place.matrix);
}

function bridge(design: FrameDesign, angle: number): BufferGeometry {
  const thick = 'border' in design.rim ? design.rim.border / 2 : design.rim.wire;
  const outward = 'border' in design.rim ? design.rim.border * 0.4 : 0;
  const left = onRim(design, angle, 1, outward), right = onRim(design, angle, -1, outward);
  const middle = left.clone().add(right).multiplyScalar(0.5).add(new Vector3(0, design.arch, 1.2));
  const near = (end: Vector3) => end.clone().lerp(middle, 0.5).add(new Vector3(0, design.arch * 0.3, 0.3));
  return tube([left, near(left), middle, near(right), right], thick);
}

function hinge(design: FrameDesign, side: 1 | -1): BufferGeometry {
  const angle = Math.asin(Math.min(0.9, design.hinge / design.outline(Math.PI / 2)[1]));
  const thick = 'border' in design.rim ? design.arm.thickness / 2 + 0.5 : design.rim.wire;
  const rim = onRim(design, angle, side, 1), end = hingePlace(design, side);
  return tube([rim, rim.clone().lerp(end, 0.55).add(new Vector3(side * 1.2, 0, 1)), end], thick);
}

function hingePlace(design: FrameDesign, side: 1 | -1): Vector3 {
  return new Vector3(side * halfWidth(design), design.hinge, -5 - Math.tan(MathUtils.degToRad(design.wrap)) * design.outline(0)[0]);
}

function arm(design: FrameDesign, fit: Fit, side: 1 | -1): BufferGeometry {
  const start = hingePlace(design, side);
  const over = side > 0 ? fit.ears.left : fit.ears.right;
  const toPair = (point: { x: number; y: number; z: number }) =>
    new Vector3(point.x - fit.origin.x, point.y - fit.origin.y, point.z - fit.origin.z).divideScalar(fit.scale).applyAxisAngle(new Vector3(0, 0, 1), -fit.roll);
  const ear = toPair(over);
  const tip = ear.clone().add(new Vector3(-side * 5, -27, -21));
  const bend = ear.clone().add(new Vector3(-side * 1.2, -5, -8));
  const before = start.clone().lerp(ear, 0.9);
  return armGeometry([start, start.clone().lerp(ear, 0.3), start.clone().lerp(ear, 0.6), before, bend, tip], design.arm.height, design.arm.thickness);
}

function nosePad(side: 1 | -1, wire: MeshPhongMaterial, soft: MeshPhongMaterial): Mesh[] {
  const pad = new Mesh(new SphereGeometry(1, 14, 10), soft);
  pad.scale.set(1.3, 5, 2.6);
  pad.position.set(side * 8.2, -5, -6);
  pad.rotation.set(0.2, side * 0.5, side * 0.3);
  const stalk = new Mesh(tube([new Vector3(side * 11.5, -2, -0.5), new Vector3(side * 11, -2.5, -4), new Vector3(side * 9, -4.5, -5.6)], 0.5), wire);
  return [pad, stalk];
}

/** What shines in lenses and metal: a bright ceiling, a window on each side, a dark floor. */
function makeRoom(): DataTexture {
  const width = 64, height = 32, pixels = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const up = y / (height - 1), window = Math.abs(((x / width) % 0.5) - 0.16) < 0.07 && up > 0.52 && up < 0.82;
      const gray = window ? 255 : 40 + 150 * up * up;
      pixels.set([gray, gray, Math.min(255, gray + 6), 255], 4 * (y * width + x));
    }
  }
  const room = new DataTexture(pixels, width, height);
  room.mapping = EquirectangularReflectionMapping;
  room.colorSpace = SRGBColorSpace;
  room.minFilter = room.magFilter = LinearFilter;
  room.needsUpdate = true;
  return room;
}
