import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../src/api/failure.ts';
import { followJob } from '../src/api/follow.ts';
import type { JobStatus } from '../src/api/types.ts';
import { script, status } from './fakes.ts';

function run(...answers: (JobStatus | Error)[]) {
  const seen = { states: [] as string[], lost: 0, waits: [] as number[] };
  const done = followJob({ status: script(...answers), wait: async (ms) => void seen.waits.push(ms) },
    { onStatus: (one) => seen.states.push(one.state), onLost: () => seen.lost++ }, new AbortController().signal);
  return { seen, done };
}

test('follow: every state is told, the last one is the answer', async () => {
  const { seen, done } = run(status('queued'), status('meshing'), status('done'));
  assert.equal((await done).state, 'done');
  assert.deepEqual(seen, { states: ['queued', 'meshing', 'done'], lost: 0, waits: [400, 400] });
});

test('follow: a failed job is an end like any other', async () => {
  const { done } = run(status('failed', { error: { code: 'no-face', message: '' } }));
  assert.equal((await done).error?.code, 'no-face');
});

test('follow: asks less often when it takes long', async () => {
  const { seen, done } = run(...Array.from({ length: 30 }, () => status('queued')), status('done'));
  await done;
  assert.equal(seen.waits[0], 400);
  assert.equal(seen.waits.at(-1), 1500);
});

test('follow: goes on after a lost connection and forgets it', async () => {
  const lost = () => new Failure('network');
  const { seen, done } = run(lost(), lost(), status('meshing'), lost(), status('done'));
  await done;
  assert.deepEqual(seen, { states: ['meshing', 'done'], lost: 3, waits: [500, 1000, 400, 500] });
});

test('follow: waits as long as the service asks', async () => {
  const { seen, done } = run(new Failure('too-many-requests', '', 30), status('done'));
  await done;
  assert.deepEqual(seen.waits, [30_000]);
});

test('follow: gives up when the service stays away', async () => {
  await assert.rejects(run(...Array.from({ length: 9 }, () => new Failure('network'))).done, { code: 'network' });
});

test('follow: a job that is gone ends it at once', async () => {
  const { seen, done } = run(new Failure('not-found'));
  await assert.rejects(done, { code: 'not-found' });
  assert.equal(seen.lost, 0);
});
