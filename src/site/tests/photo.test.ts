import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeDistance } from '../src/camera/distance.ts';
import { judgeLight } from '../src/camera/light.ts';
import { fitInside, kindOf } from '../src/photo/photo.ts';
import { PhotoKeeper } from '../src/photo/keep.ts';
import { ENGLISH, failureTexts, formatTexts, sizeText, t } from '../src/texts.ts';
import { ID, PHOTO } from './fakes.ts';

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

test('photo: known by its first bytes, not by its name', () => {
  assert.equal(kindOf(bytes('\xff\xd8\xff\xe0')), 'jpeg');
  assert.equal(kindOf(bytes('\x89PNG\r\n')), 'png');
  assert.equal(kindOf(bytes('RIFF1234WEBP')), 'webp');
  assert.equal(kindOf(bytes('\0\0\0\x18ftypheic')), 'heic');
  for (const other of ['', 'hello', '\0\0\0\x18ftypmp42', '%PDF', 'RIFF1234WAVE']) assert.equal(kindOf(bytes(other)), null);
});

test('photo: made smaller, never larger, in its own shape', () => {
  assert.deepEqual(fitInside(4000, 3000, 2560), { width: 2560, height: 1920 });
  assert.deepEqual(fitInside(600, 800, 2560), { width: 600, height: 800 });
  assert.deepEqual(fitInside(100_000, 1, 2560), { width: 2560, height: 1 });
});

test('keeper: gives a photo back, forgets it, and bears a full session', async () => {
  const storage = memory();
  const keeper = new PhotoKeeper(storage);
  await keeper.keep(ID, { ...PHOTO, url: null, size: null }, 'https://blob/x');
  const found = keeper.find(ID);
  assert.equal(await found?.photo.blob.text(), 'photo');
  assert.deepEqual([found?.uploadUrl, found?.photo.blob.type], ['https://blob/x', 'image/jpeg']);
  keeper.forgetAll();
  assert.equal(keeper.find(ID), null);
  const full = new PhotoKeeper(Object.assign(memory(), { setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } }));
  await full.keep(ID, PHOTO, '');
  assert.equal(full.find(ID), null);
});

test('light: judged inside and around the oval', () => {
  assert.equal(judgeLight(frame(() => 140), 48, 48), 'good');
  assert.equal(judgeLight(frame(() => 25), 48, 48), 'dark');
  assert.equal(judgeLight(frame(() => 245), 48, 48), 'bright');
  assert.equal(judgeLight(frame((x, y) => (oval(x, y) ? 70 : 220)), 48, 48), 'backlit');
  assert.equal(judgeLight(frame((x) => (x < 24 ? 190 : 80)), 48, 48), 'sideways');
});

test('distance: near, far and beside the oval', () => {
  assert.equal(judgeDistance({ centreX: 0.5, centreY: 0.5, height: 0.45 }), 'good');
  assert.equal(judgeDistance({ centreX: 0.5, centreY: 0.5, height: 0.15 }), 'far');
  assert.equal(judgeDistance({ centreX: 0.5, centreY: 0.5, height: 0.9 }), 'near');
  assert.equal(judgeDistance({ centreX: 0.8, centreY: 0.5, height: 0.45 }), 'off-centre');
});

test('texts: filled in, and never missing', () => {
  assert.equal(t('working.sent', { percent: 40 }), '40 % sent');
  assert.equal(failureTexts('no-face', '').title, 'No face was found');
  assert.equal(failureTexts('something-new', 'The service said why.').advice, 'The service said why.');
  assert.deepEqual(formatTexts('fbx'), { name: 'fbx', use: '' });
  assert.ok(Object.values(ENGLISH).every((text) => text.trim() === text && text.length > 0));
});

test('texts: sizes as people read them', () => {
  assert.deepEqual([999, 1000, 999_499, 999_999, 2_196_816].map(sizeText), ['999 bytes', '1 KB', '999 KB', '1.0 MB', '2.2 MB']);
});

const oval = (x: number, y: number) => ((x - 24) / 10) ** 2 + ((y - 24) / 16.3) ** 2 < 1;

function frame(gray: (x: number, y: number) => number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(4 * 48 * 48);
  for (let y = 0; y < 48; y++) for (let x = 0; x < 48; x++) pixels.set([gray(x, y), gray(x, y), gray(x, y), 255], 4 * (48 * y + x));
  return pixels;
}

// As the browser's: keys are own properties.
function memory(): Storage {
  const values: Record<string, string> = {};
  return Object.defineProperties(values, {
    getItem: { value: (key: string) => values[key] ?? null, writable: true },
    setItem: { value: (key: string, value: string) => void (values[key] = value), writable: true },
    removeItem: { value: (key: string) => void delete values[key], writable: true },
  }) as unknown as Storage;
}
