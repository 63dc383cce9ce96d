import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../src/api/failure.ts';
import { type Put, uploadPhoto } from '../src/api/upload.ts';
import { script } from './fakes.ts';

const PHOTO = new Blob(['photo']);

function run(statuses: number[], arrived: (boolean | Error)[] = [], signal = new AbortController().signal) {
  const seen = { lost: 0, sent: [] as number[], waits: [] as number[], puts: 0 };
  const put: Put = async (_url, _photo, onSent) => {
    seen.puts++;
    onSent(0.5);
    return statuses.shift() ?? 201;
  };
  const done = uploadPhoto('https://blob/x', PHOTO, { put, arrived: script(...arrived), wait: async (ms) => void seen.waits.push(ms) },
    { onSent: (fraction) => seen.sent.push(fraction), onLost: () => seen.lost++ }, signal);
  return { seen, done };
}

const code = (expected: string) => (error: unknown) => error instanceof Failure && error.code === expected;

test('upload: created ends it', async () => {
  const { seen, done } = run([201]);
  await done;
  assert.deepEqual(seen, { lost: 0, sent: [0.5], waits: [], puts: 1 });
});

test('upload: a broken connection is tried again, later each time', async () => {
  const { seen, done } = run([0, 0, 201], [false, false]);
  await done;
  assert.deepEqual(seen, { lost: 2, sent: [0.5, 0.5, 0.5], waits: [500, 1000], puts: 3 });
});

test('upload: an answer that got lost is not sent twice', async () => {
  const { seen, done } = run([0], [true]);
  await done;
  assert.equal(seen.puts, 1);
});

test('upload: a blob that exists is good when the service has it', async () => {
  await run([409], [true]).done;
  await run([403], [true]).done;
});

test('upload: a link that has run out ends it', async () => {
  await assert.rejects(run([403], [false]).done, code('upload-expired'));
});

test('upload: too large ends it without another try', async () => {
  const { seen, done } = run([413]);
  await assert.rejects(done, code('image-too-large'));
  assert.equal(seen.puts, 1);
});

test('upload: a network that stays away ends it after seven tries', async () => {
  const { seen, done } = run(Array(20).fill(0), Array(20).fill(new Failure('network')));
  await assert.rejects(done, code('network'));
  assert.equal(seen.puts, 7);
});

test('upload: a job that was deleted meanwhile ends it', async () => {
  await assert.rejects(run([0], [new Failure('not-found')]).done, code('not-found'));
});

test('upload: stopped when the person leaves', async () => {
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(run([0], [], stop.signal).done, { name: 'AbortError' });
});
