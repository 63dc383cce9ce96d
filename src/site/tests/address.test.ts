import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_LOOK, type Look, readAddress, writeAddress } from '../src/address.ts';
import { ID } from './fakes.ts';

test('address: a look comes back as it was written', () => {
  const look: Look = { view: 'clay', glasses: 'aviator', landmarks: true, light: -45, turn: 120, tilt: -10, zoom: 1.5 };
  assert.deepEqual(readAddress(writeAddress(ID, look)), { id: ID, look });
  assert.deepEqual(readAddress(writeAddress(ID)), { id: ID, look: FIRST_LOOK });
  assert.equal(writeAddress(ID), `#head=${ID}`);
});

test('address: what is no job is none', () => {
  for (const hash of ['', '#', '#head=', '#head=../../x', '#view=clay', `#head=${ID}0`, '#head=<script>']) assert.equal(readAddress(hash), null);
});

test('address: nonsense becomes the first look, and numbers keep their bounds', () => {
  assert.deepEqual(readAddress(`#head=${ID}&view=x&glasses=x&landmarks=x&light=x&turn=&tilt=NaN&zoom=Infinity`), { id: ID, look: FIRST_LOOK });
  assert.equal(readAddress(`#head=${ID}&zoom=1e9`)?.look.zoom, 4);
});
