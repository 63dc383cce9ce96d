import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Screen } from '../state.ts';
import { failureTexts, t } from '../texts.ts';
import { button, heading, PhotoFrame } from './parts.ts';
import type { Actions, ScreenView } from './screen.ts';

/** What went wrong and what to do next. */
export function failed(screen: Extract<Screen, { kind: 'failed' }>, actions: Actions): ScreenView {
  const { title, advice } = failureTexts(screen.failure.code, screen.failure.message);
  const again = screen.again.kind !== 'other-photo';
  return {
    element: h('section', { class: 'failed' },
      screen.photo?.url && new PhotoFrame(screen.photo, t('review.alt'), '').element,
      h('div', { class: 'words' },
        h('div', { class: 'sign' }, icon('alert')),
        heading(title),
        h('p', { class: 'lead' }, advice),
        h('div', { class: 'actions' },
          again && button('primary', 'turn', t('failed.again'), () => actions.again()),
          button(again ? 'secondary' : 'primary', 'image', t('failed.other'), () => actions.chooseFile()),
          button('secondary', 'camera', t('failed.camera'), () => actions.openCamera())))),
  };
}
