/** A photo on its way to the service. */
export interface Photo {
  /** What is uploaded. */
  readonly blob: Blob;
  /** Pixels upright; null when this browser cannot show the photo (HEIC outside Safari). */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Address for `<img>`; null when this browser cannot show the photo. */
  readonly url: string | null;
}

/** What a file is by its first bytes; null when it is no photo that the service reads. */
export function kindOf(head: Uint8Array): 'jpeg' | 'png' | 'webp' | 'heic' | null {
  const text = (from: number, length: number) => String.fromCharCode(...head.subarray(from, from + length));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (text(1, 3) === 'PNG' && head[0] === 0x89) return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return 'webp';
  if (text(4, 4) === 'ftyp' && /^(heic|heix|heim|heis|mif1|msf1|hevc)$/.test(text(8, 4))) return 'heic';
  return null;
}

/** Width and height with the longer side at most `longest`; never larger than before. */
export function fitInside(width: number, height: number, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
