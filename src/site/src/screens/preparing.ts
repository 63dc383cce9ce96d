import { h } from '../dom.ts';
import { t } from '../texts.ts';
import { heading } from './parts.ts';
import type { ScreenView } from './screen.ts';

/** While the browser reads and shrinks the photo. */
export function preparing(): ScreenView {
  return { element: h('section', { class: 'narrow centred' }, h('div', { class: 'spinner' }), heading(t('preparing.title'))) };
}
