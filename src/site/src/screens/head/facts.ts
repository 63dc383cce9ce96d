import type { HeadDocument } from '../../api/types.ts';
import { h } from '../../dom.ts';
import { t, type TextKey } from '../../texts.ts';

/** Sizes of the head, and what the service warns of; empty where the service says nothing. */
export function facts(document: HeadDocument): HTMLElement[] {
  const sizes = document.measures ?? {};
  const rows: [TextKey, number | undefined][] = [
    ['head.facts.height', sizes.headHeightMm], ['head.facts.width', sizes.headWidthMm], ['head.facts.face', sizes.faceWidthMm], ['head.facts.pupils', sizes.pupilDistanceMm],
  ];
  const known = rows.filter((row): row is [TextKey, number] => typeof row[1] === 'number');
  const parts: HTMLElement[] = [];
  if (known.length) {
    parts.push(h('section', { class: 'panel', 'aria-labelledby': 'facts' }, h('h2', { id: 'facts' }, t('head.facts')),
      h('dl', {}, ...known.map(([key, mm]) => h('div', {}, h('dt', {}, t(key)), h('dd', {}, t('head.facts.mm', { mm: Math.round(mm) }))))),
      sizes.pupilDistanceAssumed && h('p', { class: 'small' }, t('head.facts.assumed', { mm: Math.round(sizes.pupilDistanceMm ?? 63) }))));
  }
  const warnings = document.quality?.warnings ?? [];
  if (warnings.length) {
    parts.push(h('section', { class: 'panel', 'aria-labelledby': 'warnings' }, h('h2', { id: 'warnings' }, t('head.warnings')),
      h('ul', { class: 'warnings' }, ...warnings.map((warning) => h('li', {}, warning.message)))));
  }
  return parts;
}
