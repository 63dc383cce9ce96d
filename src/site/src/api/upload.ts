import { Failure } from './failure.ts';
import { codeOf } from './client.ts';
import { backoff, wait as realWait } from './wait.ts';

/** Sends a photo once; answers with the HTTP status, 0 when the connection broke. */
export type Put = (url: string, photo: Blob, onSent: (fraction: number) => void, signal: AbortSignal) => Promise<number>;

/** What an upload needs of the outside. */
export interface UploadPorts {
  readonly put: Put;
  /** Whether the service has the photo. */
  readonly arrived: (signal: AbortSignal) => Promise<boolean>;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What an upload tells of itself. */
export interface UploadEvents {
  onSent(fraction: number): void;
  /** The connection broke; it is tried again. */
  onLost(): void;
}

const TRIES = 7;

/**
 * Puts a photo into the blob storage. A link creates one blob, once: when a connection breaks nobody knows whether the photo
 * came whole, so the service is asked before the next try.
 */
export async function uploadPhoto(url: string, photo: Blob, ports: UploadPorts, events: UploadEvents, signal: AbortSignal): Promise<void> {
  const wait = ports.wait ?? realWait;
  for (let failed = 0; ; ) {
    const status = await ports.put(url, photo, (fraction) => events.onSent(fraction), signal);
    signal.throwIfAborted();
    if (status === 201) return;
    const passing = status === 0 || status === 429 || status >= 500;
    if (!passing && status !== 403 && status !== 409) throw new Failure(codeOf(status));
    if (passing) {
      failed++;
      events.onLost();
      if (failed >= TRIES) throw new Failure('network');
      await wait(backoff(failed), signal);
    }
    if (await arrived()) return;
    if (!passing) throw new Failure('upload-expired');
  }

  async function arrived(): Promise<boolean> {
    try {
      return await ports.arrived(signal);
    } catch (error) {
      if (Failure.of(error).passing) return false;
      throw error;
    }
  }
}

/** {@link Put} by XMLHttpRequest, the only one of the browser's ways that tells how much was sent. */
export const putByXhr: Put = (url, photo, onSent, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open('PUT', url);
    request.setRequestHeader('x-ms-blob-type', 'BlockBlob');
    request.setRequestHeader('Content-Type', photo.type || 'application/octet-stream');
    request.upload.onprogress = (sent) => sent.lengthComputable && onSent(sent.loaded / sent.total);
    request.onabort = () => (signal.removeEventListener('abort', stop), reject(signal.reason));
    request.onerror = request.ontimeout = () => (signal.removeEventListener('abort', stop), resolve(0));
    request.onload = () => (signal.removeEventListener('abort', stop), resolve(request.status));
    signal.addEventListener('abort', stop, { once: true });
    request.send(photo);
  });
