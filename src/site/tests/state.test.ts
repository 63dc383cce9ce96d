import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../src/api/failure.ts';
import { type Happening, next, type Screen } from '../src/state.ts';
import { progressOf } from '../src/screens/progress.ts';
import { ID, PHOTO, status } from './fakes.ts';

const after = (screen: Screen, ...events: Happening[]): Screen => events.reduce(next, screen);
const UPLOADING: Screen = { kind: 'uploading', photo: PHOTO, id: ID, sent: 0.4, lost: false };
const WORKING: Screen = { kind: 'working', id: ID, photo: PHOTO, status: null, lost: false };

test('state: from the start to a head', () => {
  const review = after({ kind: 'welcome' }, { kind: 'photo-chosen' }, { kind: 'photo-ready', photo: PHOTO });
  assert.equal(review.kind, 'review');
  const end = after(review, { kind: 'agreed' }, { kind: 'link-made', id: ID }, { kind: 'sent', fraction: 1 }, { kind: 'uploaded' },
    { kind: 'status', status: status('meshing') }, { kind: 'status', status: status('done') });
  assert.deepEqual([end.kind, 'photo' in end && end.photo], ['head', PHOTO]);
});

test('state: nothing is uploaded without consent', () => {
  assert.equal(after({ kind: 'welcome' }, { kind: 'agreed' }).kind, 'welcome');
  assert.equal(after({ kind: 'preparing' }, { kind: 'agreed' }, { kind: 'link-made', id: ID }, { kind: 'uploaded' }).kind, 'preparing');
});

test('state: a photo dropped while one is under way is left alone', () => {
  assert.equal(after(UPLOADING, { kind: 'photo-chosen' }), UPLOADING);
  assert.equal(after(WORKING, { kind: 'photo-chosen' }), WORKING);
});

test('state: what was sent never goes back, but for a new try', () => {
  const less = after(UPLOADING, { kind: 'sent', fraction: 0.1 });
  assert.equal(less.kind === 'uploading' && less.sent, 0.4);
  const anew = after(UPLOADING, { kind: 'lost' }, { kind: 'sent', fraction: 0.1 });
  assert.deepEqual(anew.kind === 'uploading' && [anew.sent, anew.lost], [0.1, false]);
});

test('state: the status of another job changes nothing', () => {
  assert.equal(after(WORKING, { kind: 'status', status: status('done', { id: 'f'.repeat(32) }) }), WORKING);
});

test('state: a connection that comes back is said', () => {
  const back = after(WORKING, { kind: 'lost' }, { kind: 'status', status: status('queued') });
  assert.equal(back.kind === 'working' && back.lost, false);
});

test('state: after a lost upload the same photo goes again', () => {
  const failed = after(UPLOADING, { kind: 'failed', failure: new Failure('network') });
  assert.deepEqual(failed.kind === 'failed' && failed.again, { kind: 'upload', photo: PHOTO });
  assert.equal(after(failed, { kind: 'agreed' }).kind, 'uploading');
});

test('state: after lost polling the job is asked for again', () => {
  const failed = after(WORKING, { kind: 'failed', failure: new Failure('network') });
  assert.deepEqual(failed.kind === 'failed' && failed.again, { kind: 'job', id: ID });
});

test('state: without a face only another photo helps', () => {
  const failed = after(WORKING, { kind: 'failed', failure: new Failure('no-face') });
  assert.deepEqual(failed.kind === 'failed' && failed.again, { kind: 'other-photo' });
});

test('progress: only goes forward from the upload to the end', () => {
  const way: Screen[] = [{ ...UPLOADING, sent: 0 }, UPLOADING, { ...UPLOADING, sent: 1 }, WORKING,
    ...(['queued', 'detecting', 'regressing', 'meshing', 'publishing'] as const).map((state, k): Screen => ({ ...WORKING, status: status(state, { progress: 0.05 + 0.2 * k }) }))];
  const shares = way.map((screen) => progressOf(screen).share);
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
  assert.ok(shares[0] === 0 && shares.at(-1)! < 1);
  assert.equal(progressOf(way.at(-1)!).step, 'publishing');
});
