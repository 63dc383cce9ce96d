import { isGlassesName, type GlassesName } from './viewer/sunglasses/names.ts';

/** Ways to look at a head. */
export const VIEWS = ['textured', 'clay', 'wireframe', 'overlay'] as const;
export type ViewName = (typeof VIEWS)[number];

/** What a link opens: a head, and how to look at it. Angles in degrees. */
export interface Look {
  readonly view: ViewName;
  readonly glasses: GlassesName | null;
  readonly landmarks: boolean;
  readonly light: number;
  /** Camera around the head, 0 = in front, above 0 = from the subject's left. */
  readonly turn: number;
  /** Camera above the head. */
  readonly tilt: number;
  /** 1 = the whole head fills the view. */
  readonly zoom: number;
}

export const FIRST_LOOK: Look = { view: 'textured', glasses: null, landmarks: false, light: 30, turn: 0, tilt: 0, zoom: 1 };

const ID = /^[0-9a-f]{32}$/;

/** The job and the look of an address's fragment; null when it names no job. Fragments never leave the browser. */
export function readAddress(hash: string): { id: string; look: Look } | null {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const id = fields.get('head') ?? '';
  if (!ID.test(id)) return null;
  const view = VIEWS.find((name) => name === fields.get('view')) ?? FIRST_LOOK.view;
  const glasses = fields.get('glasses');
  return {
    id,
    look: {
      view,
      glasses: isGlassesName(glasses) ? glasses : null,
      landmarks: fields.get('landmarks') === '1',
      light: number('light', FIRST_LOOK.light, -90, 90),
      turn: number('turn', FIRST_LOOK.turn, -180, 180),
      tilt: number('tilt', FIRST_LOOK.tilt, -80, 80),
      zoom: number('zoom', FIRST_LOOK.zoom, 0.4, 4),
    },
  };

  function number(name: string, otherwise: number, low: number, high: number): number {
    const text = fields.get(name);
    const value = Number(text);
    return text === null || text === '' || !Number.isFinite(value) ? otherwise : Math.min(high, Math.max(low, value));
  }
}

/** The fragment for a job; what is as at first is left out. */
export function writeAddress(id: string, look: Look = FIRST_LOOK): string {
  const fields = new URLSearchParams({ head: id });
  if (look.view !== FIRST_LOOK.view) fields.set('view', look.view);
  if (look.glasses) fields.set('glasses', look.glasses);
  if (look.landmarks) fields.set('landmarks', '1');
  for (const name of ['light', 'turn', 'tilt'] as const) {
    if (Math.round(look[name]) !== FIRST_LOOK[name]) fields.set(name, String(Math.round(look[name])));
  }
  if (Math.abs(look.zoom - FIRST_LOOK.zoom) > 0.02) fields.set('zoom', look.zoom.toFixed(2));
  return `#${fields}`;
}
