import './styles/base.css';
import './styles/screens.css';
import './styles/head.css';
import { App } from './app.ts';
import { readConfig } from './config.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import { failureTexts, t } from './texts.ts';

const main = h('main', { id: 'main' });
document.body.append(
  h('a', { class: 'skip', href: '#main', onclick: (event: Event) => (event.preventDefault(), main.querySelector<HTMLElement>('h1')?.focus()) }, t('page.skip')),
  h('header', {}, h('a', { class: 'brand', href: './', 'aria-label': t('page.home') }, h('img', { src: './favicon.svg', alt: '', width: 28, height: 28 }), 'Selfie3D')),
  main,
  h('footer', {}, h('p', {}, t('page.footer'))),
);

try {
  new App(main, await readConfig());
} catch {
  const { title, advice } = failureTexts('unreachable', '');
  main.append(h('section', { class: 'narrow centred' }, icon('alert'), h('h1', {}, title), h('p', { class: 'lead' }, advice)));
}
