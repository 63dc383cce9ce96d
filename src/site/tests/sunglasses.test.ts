import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGlasses, type Wearer } from '../src/viewer/sunglasses/fit.ts';
import { FRAMES, halfWidth } from '../src/viewer/sunglasses/frames.ts';
import { GLASSES } from '../src/viewer/sunglasses/names.ts';

// An egg of 150 x 230 x 190 mm, eyes 78 mm before its middle, as heads are.
function egg(size = 1): Wearer {
  const positions: number[] = [];
  for (let ring = 1; ring < 60; ring++) {
    for (let step = 0; step < 90; step++) {
      const down = (ring / 60) * Math.PI, around = (step / 90) * 2 * Math.PI;
      positions.push(0.075 * size * Math.sin(down) * Math.sin(around), 0.115 * size * Math.cos(down), 0.095 * size * Math.sin(down) * Math.cos(around));
    }
  }
  const point = (x: number, y: number, z: number) => ({ x: x * size, y: y * size, z: z * size });
  return {
    positions, glassesBridge: point(0, 0, 0.095), pupilLeft: point(0.0315, 0, 0.086), pupilRight: point(-0.0315, 0, 0.086),
    templeLeft: point(0.07, 0, 0.03), templeRight: point(-0.07, 0, 0.03),
  };
}

for (const name of GLASSES) {
  test(`glasses: ${name} is as wide as the head and level with the eyes`, () => {
    const fit = fitGlasses(name, egg());
    const width = halfWidth(FRAMES[name]) * fit.scale;
    assert.ok(width > 0.066 && width < 0.09, `${width}`);
    assert.ok(Math.abs(fit.roll) < 1e-9 && Math.abs(fit.origin.x) < 1e-9);
    assert.ok(Math.abs(fit.origin.y) < 0.012);
  });

  test(`glasses: ${name} stays clear of the face`, () => {
    const head = egg(), fit = fitGlasses(name, head);
    // The lens's plane at its middle against the skin behind it.
    const across = (FRAMES[name].lensDistance / 2) * fit.scale;
    const skin = 0.095 * Math.sqrt(1 - (across / 0.075) ** 2);
    assert.ok(fit.origin.z > skin, `${fit.origin.z} > ${skin}`);
    assert.ok(fit.origin.z < head.glassesBridge.z + 0.025);
  });

  test(`glasses: ${name} has arms that go back outside the head`, () => {
    const fit = fitGlasses(name, egg());
    assert.ok(fit.ears.left.z < 0.02 && fit.ears.left.z > -0.03);
    assert.ok(Math.abs(fit.ears.left.x + fit.ears.right.x) < 0.004, 'the same on both sides');
    assert.ok(fit.ears.left.x > 0.06 && fit.ears.left.x < 0.1, `${fit.ears.left.x}`);
  });
}

test('glasses: grow with the head', () => {
  const small = fitGlasses('round', egg(0.5)), large = fitGlasses('round', egg(1));
  assert.ok(Math.abs(large.scale / small.scale - 2) < 0.15, `${large.scale / small.scale}`);
});

test('glasses: lie along tilted eyes', () => {
  const head = egg();
  const fit = fitGlasses('square', { ...head, pupilLeft: { ...head.pupilLeft!, y: 0.003 }, pupilRight: { ...head.pupilRight!, y: -0.003 } });
  assert.ok(fit.roll > 0.09 && fit.roll < 0.1, `${fit.roll}`);
});
