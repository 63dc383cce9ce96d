/** Waits; ends early when the machine comes back online, and throws when the signal says so. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      globalThis.removeEventListener?.('online', end);
      resolve();
    };
    const stop = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', end);
      reject(signal!.reason);
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', stop, { once: true });
    globalThis.addEventListener?.('online', end);
  });
}

/** How long to wait before the next try, milliseconds: 0.5 s doubled with each try, 8 s at most, longer if the service says so. */
export function backoff(failedTries: number, retryAfterSeconds = 0): number {
  return Math.max(Math.min(500 * 2 ** (failedTries - 1), 8000), retryAfterSeconds * 1000);
}
