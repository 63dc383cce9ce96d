/** Codes that the page itself gives, beside those of the service. */
export type OwnCode = 'network' | 'unreachable' | 'not-an-image' | 'photo-lost' | 'viewer';

/** Something that ends what was under way; the code picks the sentence, the detail is the service's own. */
export class Failure extends Error {
  constructor(
    readonly code: OwnCode | (string & {}),
    detail = '',
    readonly retryAfterSeconds = 0,
  ) {
    super(detail);
    this.name = 'Failure';
  }

  /** Whether the same call may work in a moment. */
  get passing(): boolean {
    return this.code === 'network' || this.code === 'too-many-requests' || this.code === 'busy' || this.code === 'storage-unavailable';
  }

  static of(error: unknown): Failure {
    return error instanceof Failure ? error : new Failure('internal-error', error instanceof Error ? error.message : String(error));
  }
}
