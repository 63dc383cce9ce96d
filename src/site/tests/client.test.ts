import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, refusal, SelfieApi } from '../src/api/client.ts';
import { toConfig } from '../src/config.ts';
import { ID, status } from './fakes.ts';

const answering = (answer: () => Response, seen: string[] = []) =>
  new SelfieApi('https://api.example', async (url, init) => (seen.push(`${init?.method ?? 'GET'} ${url}`), answer()));

test('client: calls the API of its address', async () => {
  const seen: string[] = [];
  assert.equal((await answering(() => Response.json(status('queued')), seen).status(ID)).state, 'queued');
  assert.deepEqual(seen, [`GET https://api.example/api/selfies/${ID}`]);
});

test('client: files that are wanted are named', async () => {
  const seen: string[] = [];
  const api = answering(() => Response.json({ id: ID }), seen);
  await api.createUpload();
  await api.createUpload(['glb', 'usdz']);
  assert.deepEqual(seen, ['POST https://api.example/api/uploads', 'POST https://api.example/api/uploads?formats=glb,usdz']);
});

test('client: problem details keep their code and wait', async () => {
  const problem = () => Response.json({ code: 'busy', detail: 'Later.' }, { status: 503, headers: { 'Retry-After': '10' } });
  await assert.rejects(answering(problem).createUpload(), { code: 'busy', message: 'Later.', retryAfterSeconds: 10 });
});

test('client: a refusal without details goes by its status', async () => {
  assert.equal((await refusal(new Response('<html>', { status: 502 }))).code, 'storage-unavailable');
  assert.deepEqual([404, 413, 429, 500].map(codeOf), ['not-found', 'image-too-large', 'too-many-requests', 'internal-error']);
});

test('client: no connection is a failure of its own', async () => {
  const api = new SelfieApi('https://api.example', () => Promise.reject(new TypeError('Failed to fetch')));
  await assert.rejects(api.status(ID), { code: 'network' });
});

test('client: what is gone need not be deleted', async () => {
  await answering(() => Response.json({ code: 'not-found' }, { status: 404 })).remove(ID);
  await assert.rejects(answering(() => new Response(null, { status: 503 })).remove(ID), { code: 'storage-unavailable' });
});

test('config: an empty address is the page\'s own host', () => {
  assert.equal(toConfig({ apiUrl: '' }, 'http://host:5080/below/').apiUrl, 'http://host:5080');
  assert.deepEqual(toConfig({ apiUrl: 'https://api.example/', retentionHours: 48 }, 'http://host/'), { apiUrl: 'https://api.example', retentionHours: 48 });
  assert.deepEqual(toConfig(null, 'http://host/'), { apiUrl: 'http://host', retentionHours: 24 });
});
