import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferAttribute, BufferGeometry, InterleavedBuffer, InterleavedBufferAttribute } from 'three';
import { inFloats, isPacked } from '../src/viewer/head.ts';

function glb(json: object): ArrayBuffer {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const bytes = new ArrayBuffer(20 + text.length);
  new DataView(bytes).setUint32(12, text.length, true);
  new Uint8Array(bytes, 20).set(text);
  return bytes;
}

test('isPacked: files that say so, and no others', () => {
  assert.ok(isPacked(glb({ extensionsRequired: ['EXT_meshopt_compression'] })));
  assert.ok(isPacked(glb({ extensionsUsed: ['KHR_meshopt_compression'] })));
  assert.ok(!isPacked(glb({ extensionsUsed: ['KHR_materials_unlit'] })));
  assert.ok(!isPacked(new ArrayBuffer(4)));
  const broken = glb({ extensionsUsed: [] });
  new DataView(broken).setUint32(12, 0xffffffff, true);
  assert.ok(!isPacked(broken));
});

test('inFloats: whole numbers of packed files become floats, with gaps left out and fractions kept', () => {
  const geometry = new BufferGeometry();
  // Three numbers and a gap for each vertex, as the format aligns them.
  geometry.setAttribute('position', new InterleavedBufferAttribute(new InterleavedBuffer(new Uint16Array([1, 2, 3, 0, 16383, 5, 6, 0]), 4), 3, 0));
  geometry.setAttribute('normal', new InterleavedBufferAttribute(new InterleavedBuffer(new Int8Array([127, 0, -127, 0, 0, 127, 0, 0]), 4), 3, 0, true));
  geometry.setAttribute('uv', new BufferAttribute(new Uint16Array([0, 65535, 65535, 0]), 2, true));
  const kept = new BufferAttribute(new Float32Array([1, 2]), 1);
  geometry.setAttribute('kept', kept);

  inFloats(geometry);

  assert.deepEqual([...geometry.getAttribute('position').array], [1, 2, 3, 16383, 5, 6]);
  assert.deepEqual([...geometry.getAttribute('normal').array], [1, 0, -1, 0, 1, 0]);
  assert.deepEqual([...geometry.getAttribute('uv').array], [0, 1, 1, 0]);
  assert.equal(geometry.getAttribute('kept'), kept);
});
