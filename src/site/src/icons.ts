import { svg } from './dom.ts';

// Our own drawings on a 24 x 24 grid, lines of 1.8.
const PATHS = {
  camera: 'M4 8.5h3l1.6-2.5h6.8L17 8.5h3a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9.5a1 1 0 0 1 1-1zM12 16.6a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6z',
  image: 'M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM3.5 16.5l5-5 4 4 3-3 5 5M15.6 9.6a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6z',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  share: 'M12 15V4M8 7.5L12 3.5l4 4M6 11H5v9h14v-9h-1',
  trash: 'M5 7h14M10 4h4M7 7l.8 13h8.4L17 7M10.3 10.5v6M13.7 10.5v6',
  turn: 'M20 12a8 8 0 1 1-2.6-5.9M20 3.5V8h-4.5',
  points: 'M7 6.5h.01M17 6.5h.01M12 11h.01M8 16h.01M16 16h.01M12 18h.01M5 11h.01M19 11h.01',
  beside: 'M4 5h7v14H4zM13 5h7v14h-7z',
  reset: 'M4 9V4h5M20 15v5h-5M4 4l6 6M20 20l-6-6',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z',
  alert: 'M12 4L2.8 19.5h18.4zM12 10v4.5M12 17h.01',
  back: 'M14.5 5l-7 7 7 7',
  picture: 'M5 4h14v16H5zM8.5 16.5L11 13l2 2.5 1.5-1.8 2 2.8zM12 9.5h.01',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a word; screen readers pass over it. */
export function icon(name: IconName): SVGElement {
  return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: PATHS[name] }));
}
