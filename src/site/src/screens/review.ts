import type { SiteConfig } from '../config.ts';
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Photo } from '../photo/photo.ts';
import { t } from '../texts.ts';
import { button, heading, PhotoFrame } from './parts.ts';
import type { Actions, ScreenView } from './screen.ts';

/** The photo, what happens to it, and the one button that sends it. */
export function review(photo: Photo, config: SiteConfig, actions: Actions): ScreenView {
  const server = serverName(config.apiUrl, location.hostname);
  const first = photo.size ? 'review.promise.1' : 'review.promise.1.heic';
  return {
    element: h('section', { class: 'review' },
      new PhotoFrame(photo, t('review.alt'), t('review.heic')).element,
      h('div', { class: 'words' },
        heading(t('review.title')),
        h('ul', { class: 'promises' },
          h('li', {}, icon('lock'), t(first, { server })),
          h('li', {}, icon('trash'), t('review.promise.2')),
          h('li', {}, icon('share'), t('review.promise.3', { hours: config.retentionHours }))),
        h('p', { class: 'consent', id: 'consent' }, t('review.consent')),
        h('div', { class: 'actions' },
          go(actions),
          button('secondary', 'back', t('review.other'), () => actions.startOver())))),
  };
}

function go(actions: Actions): HTMLButtonElement {
  const agree = button('primary', 'check', t('review.go'), () => actions.agree());
  agree.setAttribute('aria-describedby', 'consent');
  return agree;
}

/** The service in words: this computer, or its host's name. */
export function serverName(apiUrl: string, pageHost: string): string {
  const host = new URL(apiUrl).hostname;
  const here = (name: string) => name === 'localhost' || name === '[::1]' || /^127\./.test(name);
  return here(host) && here(pageHost) ? t('review.server.this') : t('review.server.host', { host });
}
