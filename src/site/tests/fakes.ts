import type { JobState, JobStatus } from '../src/api/types.ts';
import type { Photo } from '../src/photo/photo.ts';

export const ID = '0123456789abcdef0123456789abcdef';

export const PHOTO: Photo = { blob: new Blob(['photo'], { type: 'image/jpeg' }), size: { width: 600, height: 800 }, url: 'blob:photo' };

export function status(state: JobState, more: Partial<JobStatus> = {}): JobStatus {
  return { id: ID, state, progress: state === 'done' ? 1 : 0.5, expiresAt: '2030-01-01T00:00:00Z', results: [], ...more };
}

/** A list whose entries are taken one by one; a Failure is thrown. */
export function script<T>(...entries: (T | Error)[]): () => Promise<T> {
  return async () => {
    const entry = entries.shift();
    if (entry === undefined) throw new Error('asked too often');
    if (entry instanceof Error) throw entry;
    return entry;
  };
}
