/** What to tell somebody in front of the camera. */
export type LightHint = 'good' | 'dark' | 'bright' | 'backlit' | 'sideways';

// Of 255, measured inside the oval and around it on a phone's automatic exposure.
const DARK = 60, BRIGHT = 220, BACKLIT = 65, SIDEWAYS = 55;

/**
 * Judges the light of a frame.
 * @param pixels RGBA, row by row.
 * @param width Pixels.
 * @param height Pixels.
 */
export function judgeLight(pixels: Uint8ClampedArray, width: number, height: number): LightHint {
  const inside = { left: new Mean(), right: new Mean() }, outside = new Mean();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      // ITU-R BT.709 luma
      const luma = 0.2126 * pixels[at]! + 0.7152 * pixels[at + 1]! + 0.0722 * pixels[at + 2]!;
      // The oval of the guide: a fifth of the width and a third of the height around the middle.
      const across = (x + 0.5 - width / 2) / (0.21 * width), down = (y + 0.5 - height / 2) / (0.34 * height);
      if (across * across + down * down > 1) outside.add(luma);
      else (across < 0 ? inside.left : inside.right).add(luma);
    }
  }
  const face = (inside.left.value + inside.right.value) / 2;
  if (face < DARK) return outside.value - face > BACKLIT ? 'backlit' : 'dark';
  if (outside.value - face > BACKLIT) return 'backlit';
  if (face > BRIGHT) return 'bright';
  return Math.abs(inside.left.value - inside.right.value) > SIDEWAYS ? 'sideways' : 'good';
}

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count++;
  }

  get value(): number {
    return this.count ? this.sum / this.count : 0;
  }
}
