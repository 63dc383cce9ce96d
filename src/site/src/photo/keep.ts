import type { Photo } from './photo.ts';

/**
 * Keeps the photo of a job in this tab's session, so that a reload can go on with the upload and show the photo beside the head.
 * It is gone when the tab is closed.
 */
export class PhotoKeeper {
  constructor(private readonly storage: Storage) {}

  /** Keeps photo and upload link; when the session has no room, a reload has to do without. */
  async keep(id: string, photo: Photo, uploadUrl: string): Promise<void> {
    this.forgetAll();
    try {
      this.storage.setItem(key(id), JSON.stringify({ uploadUrl, type: photo.blob.type, size: photo.size, data: await toBase64(photo.blob) }));
    } catch {
      // Full, or storage is turned off.
    }
  }

  /** The photo and link of a job; null when this tab has none. */
  find(id: string): { photo: Photo; uploadUrl: string } | null {
    try {
      const text = this.storage.getItem(key(id));
      if (!text) return null;
      const kept = JSON.parse(text);
      const bytes = Uint8Array.from(atob(kept.data), (character) => character.charCodeAt(0));
      const blob = new Blob([bytes], { type: kept.type });
      return { uploadUrl: kept.uploadUrl, photo: { blob, size: kept.size, url: kept.size ? URL.createObjectURL(blob) : null } };
    } catch {
      return null;
    }
  }

  forgetAll(): void {
    try {
      for (const name of Object.keys(this.storage)) {
        if (name.startsWith(PREFIX)) this.storage.removeItem(name);
      }
    } catch {
      // Storage is turned off.
    }
  }
}

const PREFIX = 'selfie3d.photo.';
const key = (id: string) => PREFIX + id;

async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(parts.join(''));
}
