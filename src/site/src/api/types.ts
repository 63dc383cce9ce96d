/** Where a job stands (docs/service.md). */
export type JobState = 'waitingForUpload' | 'queued' | 'detecting' | 'regressing' | 'meshing' | 'publishing' | 'done' | 'failed';

/** Box in pixels of the upright photo. */
export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One file of a job that is done. */
export interface ResultFile {
  readonly format: string;
  readonly url: string;
  readonly bytes: number;
  readonly expiresAt: string;
}

/** Answer to `GET /selfies/{id}`. */
export interface JobStatus {
  readonly id: string;
  readonly state: JobState;
  readonly progress: number;
  readonly expiresAt: string;
  readonly photo?: { readonly width: number; readonly height: number };
  readonly face?: FaceBox;
  readonly error?: { readonly code: string; readonly message: string };
  readonly results: readonly ResultFile[];
}

/** Answer to `POST /uploads`. */
export interface UploadLink {
  readonly id: string;
  readonly uploadUrl: string;
  readonly maxBytes: number;
}

/** What the page reads of `result.json`; parts that an older service leaves out are missing. */
export interface HeadDocument {
  readonly photo?: { readonly width: number; readonly height: number };
  readonly headToPhoto?: readonly number[];
  readonly measures?: {
    readonly pupilDistanceMm?: number;
    readonly pupilDistanceAssumed?: boolean;
    readonly headHeightMm?: number;
    readonly headWidthMm?: number;
    readonly faceWidthMm?: number;
  };
  readonly mesh?: { readonly triangles?: number };
  readonly quality?: { readonly score?: number; readonly warnings?: readonly { readonly code: string; readonly message: string }[] };
}
