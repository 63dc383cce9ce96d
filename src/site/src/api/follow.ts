import { Failure } from './failure.ts';
import type { JobStatus } from './types.ts';
import { backoff, wait as realWait } from './wait.ts';

/** What following a job needs of the outside. */
export interface FollowPorts {
  readonly status: (signal: AbortSignal) => Promise<JobStatus>;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What following a job tells. */
export interface FollowEvents {
  onStatus(status: JobStatus): void;
  /** The connection broke; it is tried again. */
  onLost(): void;
}

// A head takes about a second, so ask often at first; a queue may take minutes.
const QUICK_MS = 400, QUICK_ASKS = 25, SLOW_MS = 1500;
const LOST_TRIES = 8;

/** Asks for a job's state until it has ended. */
export async function followJob(ports: FollowPorts, events: FollowEvents, signal: AbortSignal): Promise<JobStatus> {
  const wait = ports.wait ?? realWait;
  for (let asked = 0, failed = 0; ; ) {
    try {
      const status = await ports.status(signal);
      failed = 0;
      events.onStatus(status);
      if (status.state === 'done' || status.state === 'failed') return status;
      await wait(++asked <= QUICK_ASKS ? QUICK_MS : SLOW_MS, signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = Failure.of(error);
      if (!failure.passing) throw failure;
      events.onLost();
      if (++failed >= LOST_TRIES) throw failure;
      await wait(backoff(failed, failure.retryAfterSeconds), signal);
    }
  }
}
