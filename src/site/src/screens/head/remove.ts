import { Failure } from '../../api/failure.ts';
import { h } from '../../dom.ts';
import { failureTexts, t } from '../../texts.ts';
import { button } from '../parts.ts';

/** "Delete now", which asks once. */
export function removal(remove: () => Promise<void>): HTMLElement {
  const wrong = h('p', { class: 'lost', role: 'alert' });
  const yes = button('danger', 'trash', t('head.delete.yes'), () => void go());
  const dialog = h('dialog', { 'aria-labelledby': 'delete-title' },
    h('h2', { id: 'delete-title' }, t('head.delete.title')), h('p', {}, t('head.delete.text')), wrong,
    h('div', { class: 'actions' }, yes, button('secondary', null, t('head.delete.no'), () => dialog.close())));
  return h('div', {}, button('quiet', 'trash', t('head.delete'), () => (wrong.replaceChildren(), dialog.showModal())), dialog);

  async function go(): Promise<void> {
    yes.disabled = true;
    try {
      await remove();
    } catch (error) {
      const { title } = failureTexts(Failure.of(error).code, '');
      wrong.textContent = t('head.delete.failed', { reason: title });
      yes.disabled = false;
    }
  }
}
