import { Failure } from './failure.ts';
import type { HeadDocument, JobStatus, UploadLink } from './types.ts';

const PATIENCE_MS = 20_000;

/** The service's calls (docs/api/openapi.json). Every refusal is a {@link Failure} with the service's code. */
export class SelfieApi {
  constructor(
    private readonly apiUrl: string,
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  /** A link that takes one photo, for a job that gives the files which are named; none = the usual ones. */
  async createUpload(formats: readonly string[] = [], signal?: AbortSignal): Promise<UploadLink> {
    return (await this.call('POST', formats.length ? `/uploads?formats=${formats.join(',')}` : '/uploads', signal)).json();
  }

  /** Where a job stands, with fresh links when it is done. */
  async status(id: string, signal?: AbortSignal): Promise<JobStatus> {
    return (await this.call('GET', `/selfies/${encodeURIComponent(id)}`, signal)).json();
  }

  /** Deletes everything of a job; a job that is gone already is as good. */
  async remove(id: string): Promise<void> {
    try {
      await this.call('DELETE', `/selfies/${encodeURIComponent(id)}`);
    } catch (error) {
      if (Failure.of(error).code !== 'not-found') throw error;
    }
  }

  /** The head's facts. */
  async document(url: string, signal?: AbortSignal): Promise<HeadDocument> {
    return (await this.fetch(url, { signal: signal ?? null })).json();
  }

  /** The bytes of a result. */
  async bytes(url: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await this.fetch(url, { signal: signal ?? null })).arrayBuffer();
  }

  private call(method: string, path: string, signal?: AbortSignal): Promise<Response> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    return this.fetch(`${this.apiUrl}/api${path}`, { method, cache: 'no-store', signal: signal ? AbortSignal.any([signal, patience]) : patience });
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await this.fetcher(url, { referrerPolicy: 'no-referrer', credentials: 'omit', ...init });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Failure('network');
    }
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }
}

/** The failure that an answer stands for: its problem details, or its status alone. */
export async function refusal(answer: Response): Promise<Failure> {
  const wait = Number(answer.headers.get('Retry-After')) || 0;
  let problem: { code?: unknown; detail?: unknown } = {};
  try {
    problem = await answer.json();
  } catch {
    // No problem details: a proxy or the storage answered.
  }
  const code = typeof problem.code === 'string' ? problem.code : codeOf(answer.status);
  return new Failure(code, typeof problem.detail === 'string' ? problem.detail : '', wait);
}

/** The code for a status that came without one. */
export function codeOf(status: number): string {
  if (status === 404) return 'not-found';
  if (status === 413) return 'image-too-large';
  if (status === 429) return 'too-many-requests';
  if (status === 502 || status === 503 || status === 504) return 'storage-unavailable';
  return 'internal-error';
}
