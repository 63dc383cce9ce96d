import { h } from '../../dom.ts';
import { t } from '../../texts.ts';
import { button } from '../parts.ts';

/** Hands a link on: by the phone's own sheet, else by the clipboard, else as text to copy. */
export function share(link: () => string, expires: string): HTMLElement {
  const said = h('p', { class: 'small', role: 'status' });
  const shown = h('input', { type: 'text', readonly: true, hidden: true, 'aria-label': t('head.share') });
  return h('div', { class: 'share' },
    button('primary', 'share', t('head.share'), () => void hand()), said, shown, h('p', { class: 'small' }, t('head.share.note', { time: expires })));

  async function hand(): Promise<void> {
    const url = link();
    if (navigator.share && matchMedia('(pointer: coarse)').matches) {
      try {
        return await navigator.share({ title: t('page.title'), text: t('head.share.text'), url });
      } catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError') return;
      }
    }
    try {
      await navigator.clipboard.writeText(url);
      said.textContent = t('head.share.copied');
    } catch {
      said.textContent = t('head.share.failed');
      shown.value = url;
      shown.hidden = false;
      shown.select();
    }
  }
}
