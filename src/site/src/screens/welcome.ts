import hero from '../assets/hero.webp';
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { t } from '../texts.ts';
import { button, heading } from './parts.ts';
import type { Actions, ScreenView } from './screen.ts';

/** The start: what this is, and three ways in. */
export function welcome(actions: Actions, notice: 'deleted' | undefined): ScreenView {
  const keys = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘V' : 'Ctrl+V';
  return {
    element: h('section', { class: 'welcome' },
      h('div', { class: 'welcome-words' },
        notice && h('p', { class: 'notice', role: 'status' }, icon('check'), t('welcome.deleted')),
        heading(t('welcome.title')),
        h('p', { class: 'lead' }, t('welcome.lead')),
        h('div', { class: 'actions' },
          button('primary', 'camera', t('welcome.camera'), () => actions.openCamera()),
          button('secondary', 'image', t('welcome.choose'), () => actions.chooseFile())),
        h('p', { class: 'small' }, h('button', { type: 'button', class: 'link', onclick: () => actions.useSample() }, t('welcome.sample'))),
        h('p', { class: 'small wide-only' }, `${t('welcome.drop', { keys })} ${t('welcome.formats')}.`),
        h('p', { class: 'promise' }, icon('lock'), h('span', {}, t('welcome.privacy')))),
      h('img', { class: 'hero', src: hero, alt: t('welcome.picture'), width: 1120, height: 860 }),
      h('section', { class: 'tips', 'aria-labelledby': 'tips' },
        h('h2', { id: 'tips' }, t('welcome.tips.title')),
        h('ul', {}, ...([1, 2, 3] as const).map((n) => h('li', {}, icon('check'), t(`welcome.tips.${n}`)))))),
  };
}
