import type { JobState } from '../api/types.ts';
import type { Screen } from '../state.ts';

/** The steps that a photo goes through, as people see them. */
export const STEPS = ['upload', 'queued', 'detecting', 'regressing', 'meshing', 'publishing'] as const;
type Step = (typeof STEPS)[number];

// Sending takes about as long as the work on a phone's network.
const UPLOAD_SHARE = 0.3;

/** The share of the whole way, 0..1, and the step that is under way. */
export function progressOf(screen: Screen): { step: Step; share: number } {
  if (screen.kind !== 'working') return { step: 'upload', share: screen.kind === 'uploading' ? UPLOAD_SHARE * screen.sent : 0 };
  const state: JobState = screen.status?.state ?? 'queued';
  const step = state === 'waitingForUpload' ? 'upload' : STEPS.find((name) => name === state) ?? 'publishing';
  return { step, share: UPLOAD_SHARE + (1 - UPLOAD_SHARE) * (screen.status?.progress ?? 0) };
}
