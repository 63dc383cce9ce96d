import type { JobStatus } from './api/types.ts';
import type { Failure } from './api/failure.ts';
import type { Photo } from './photo/photo.ts';

/** What the page shows. */
export type Screen =
  | { readonly kind: 'welcome'; readonly notice?: 'deleted' | undefined }
  | { readonly kind: 'camera' }
  | { readonly kind: 'preparing' }
  | { readonly kind: 'review'; readonly photo: Photo }
  | { readonly kind: 'uploading'; readonly photo: Photo; readonly id: string | null; readonly sent: number; readonly lost: boolean }
  | { readonly kind: 'working'; readonly id: string; readonly photo: Photo | null; readonly status: JobStatus | null; readonly lost: boolean }
  | { readonly kind: 'head'; readonly id: string; readonly photo: Photo | null; readonly status: JobStatus }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly photo: Photo | null; readonly status: JobStatus | null; readonly again: Again };

/** What "try again" does after a failure: nothing helps but another photo, the upload from its beginning, or asking for the job. */
export type Again = { readonly kind: 'other-photo' } | { readonly kind: 'upload'; readonly photo: Photo } | { readonly kind: 'job'; readonly id: string };

/** What can happen. */
export type Happening =
  | { readonly kind: 'start-over' }
  | { readonly kind: 'open-camera' }
  | { readonly kind: 'photo-chosen' }
  | { readonly kind: 'photo-ready'; readonly photo: Photo }
  | { readonly kind: 'agreed' }
  | { readonly kind: 'job-opened'; readonly id: string; readonly photo: Photo | null }
  | { readonly kind: 'link-made'; readonly id: string }
  | { readonly kind: 'sent'; readonly fraction: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'status'; readonly status: JobStatus }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'deleted' };

/** Codes after which the same photo may well work. */
const SAME_PHOTO = new Set(['network', 'unreachable', 'upload-expired', 'photo-missing', 'internal-error', 'busy', 'too-many-requests', 'storage-unavailable']);

/** The screen after something happened; what cannot happen on a screen changes nothing. */
export function next(screen: Screen, event: Happening): Screen {
  switch (event.kind) {
    case 'start-over':
      return { kind: 'welcome' };
    case 'deleted':
      return { kind: 'welcome', notice: 'deleted' };
    case 'open-camera':
      return { kind: 'camera' };
    case 'photo-chosen':
      return busy(screen) ? screen : { kind: 'preparing' };
    case 'photo-ready':
      return screen.kind === 'preparing' || screen.kind === 'camera' ? { kind: 'review', photo: event.photo } : screen;
    case 'agreed':
      if (screen.kind === 'review') return { kind: 'uploading', photo: screen.photo, id: null, sent: 0, lost: false };
      if (screen.kind === 'failed' && screen.again.kind === 'upload') return { kind: 'uploading', photo: screen.again.photo, id: null, sent: 0, lost: false };
      return screen;
    case 'job-opened':
      return { kind: 'working', id: event.id, photo: event.photo, status: null, lost: false };
    case 'link-made':
      return screen.kind === 'uploading' ? { ...screen, id: event.id, lost: false } : screen;
    case 'sent':
      return screen.kind === 'uploading' ? { ...screen, sent: Math.max(screen.lost ? 0 : screen.sent, event.fraction), lost: false } : screen;
    case 'lost':
      return screen.kind === 'uploading' || screen.kind === 'working' ? { ...screen, lost: true } : screen;
    case 'uploaded':
      return screen.kind === 'uploading' && screen.id ? { kind: 'working', id: screen.id, photo: screen.photo, status: null, lost: false } : screen;
    case 'status':
      return afterStatus(screen, event.status);
    case 'failed':
      return afterFailure(screen, event.failure);
  }
}

/** Whether a photo is under way, so that a dropped or pasted one has to wait. */
export function busy(screen: Screen): boolean {
  return screen.kind === 'uploading' || screen.kind === 'working';
}

function afterStatus(screen: Screen, status: JobStatus): Screen {
  if (screen.kind === 'head') return { ...screen, status };
  if (screen.kind !== 'working' || status.id !== screen.id) return screen;
  if (status.state === 'done') return { kind: 'head', id: screen.id, photo: screen.photo, status };
  return { ...screen, status, lost: false };
}

function afterFailure(screen: Screen, failure: Failure): Screen {
  const photo = 'photo' in screen ? screen.photo : null;
  const status = screen.kind === 'working' ? screen.status : null;
  const again = againAfter(screen, failure, photo);
  return { kind: 'failed', failure, photo, status, again };
}

function againAfter(screen: Screen, failure: Failure, photo: Photo | null): Again {
  // The job may still be running; only the way to it is broken.
  if ((screen.kind === 'working' || screen.kind === 'head') && (failure.passing || failure.code === 'viewer')) return { kind: 'job', id: screen.id };
  return photo && SAME_PHOTO.has(failure.code) ? { kind: 'upload', photo } : { kind: 'other-photo' };
}
