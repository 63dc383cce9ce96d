import { Failure } from '../api/failure.ts';
import { fitInside, kindOf, type Photo } from './photo.ts';

/** Longest side of what is uploaded, pixels: more than a head's texture can hold of a face that fills half of a selfie. */
export const LONGEST_SIDE = 2560;
const JPEG_QUALITY = 0.93;
const HEAD_BYTES = 32;

/**
 * Reads a photo, turns it upright, scales it down and writes it anew as JPEG, which leaves out where and when it was taken. A
 * HEIC photo that this browser cannot read goes as it is.
 * @throws Failure `not-an-image`.
 */
export async function preparePhoto(file: Blob): Promise<Photo> {
  const kind = kindOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    if (kind === 'heic') return { blob: new Blob([file], { type: 'image/heic' }), size: null, url: null };
    throw new Failure('not-an-image');
  }

  try {
    return await toPhoto(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/** A photo of what a picture or a video shows at this moment. */
export async function toPhoto(source: CanvasImageSource, width: number, height: number): Promise<Photo> {
  const size = fitInside(width, height, LONGEST_SIDE);
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const paint = canvas.getContext('2d', { alpha: false });
  if (!paint) throw new Failure('not-an-image');
  paint.fillStyle = '#fff'; // behind what is transparent
  paint.fillRect(0, 0, size.width, size.height);
  paint.imageSmoothingQuality = 'high';
  paint.drawImage(source, 0, 0, size.width, size.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  canvas.width = canvas.height = 0; // gives the memory back at once on phones
  if (!blob) throw new Failure('not-an-image');
  return { blob, size, url: URL.createObjectURL(blob) };
}
