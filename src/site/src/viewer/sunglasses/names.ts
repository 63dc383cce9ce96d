/** The sunglasses that can be tried on. */
export const GLASSES = ['round', 'aviator', 'square'] as const;
export type GlassesName = (typeof GLASSES)[number];

export function isGlassesName(value: unknown): value is GlassesName {
  return GLASSES.some((name) => name === value);
}
