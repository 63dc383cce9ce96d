import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Photo } from '../photo/photo.ts';
import type { Screen } from '../state.ts';
import { t } from '../texts.ts';
import { button, heading, PhotoFrame } from './parts.ts';
import { progressOf, STEPS } from './progress.ts';
import type { Actions, ScreenView } from './screen.ts';

/** The photo with the face that was found, and how far the work is. */
export function working(photo: Photo | null, actions: Actions): ScreenView {
  const frame = new PhotoFrame(photo, t('review.alt'), t(photo ? 'review.heic' : 'working.nophoto'));
  const bar = h('progress', { max: 1, value: 0, 'aria-label': t('working.progress') });
  const sent = h('span', { class: 'sent' });
  const lost = h('p', { class: 'lost', role: 'status' });
  const marks = STEPS.map((step) => {
    const state = h('span', { class: 'visually-hidden' });
    const item = h('li', { class: 'later' }, h('span', { class: 'mark' }, icon('check')), t(`working.step.${step}`), state, step === 'upload' && sent);
    return { step, item, state };
  });
  const element = h('section', { class: 'working' }, frame.element,
    h('div', { class: 'words' }, heading(t('working.title')), bar, h('ol', { class: 'steps' }, ...marks.map((mark) => mark.item)), lost,
      button('quiet', null, t('working.cancel'), () => void actions.remove())));

  return { element, update };

  function update(screen: Screen): void {
    if (screen.kind !== 'uploading' && screen.kind !== 'working') return;
    const { step, share } = progressOf(screen);
    bar.value = Math.max(bar.value, share);
    const now = STEPS.indexOf(step);
    marks.forEach(({ item, state }, index) => {
      const name = index < now ? 'done' : index === now ? 'now' : 'later';
      item.className = name;
      item.toggleAttribute('aria-current', name === 'now');
      if (name === 'now') item.setAttribute('aria-current', 'step');
      state.textContent = `, ${t(`working.state.${name}`)}`;
    });
    sent.textContent = screen.kind === 'uploading' && screen.id ? t('working.sent', { percent: Math.round(100 * screen.sent) }) : '';
    lost.textContent = screen.lost ? t('working.lost') : '';
    if (screen.kind === 'working') frame.showFace(screen.status?.face, screen.status?.photo);
  }
}
