import type { JobStatus, ResultFile } from '../../api/types.ts';
import { h } from '../../dom.ts';
import { icon } from '../../icons.ts';
import { formatTexts, sizeText, t } from '../../texts.ts';

const SPARE_MS = 30_000; // a link must live until the download has begun

/** Links to every file. A link that has run out is renewed before it is followed. */
export function downloads(status: JobStatus, renew: () => Promise<JobStatus>): HTMLElement {
  let files = status.results;
  const links = new Map<string, HTMLAnchorElement>();
  const list = h('ul', { class: 'files' }, ...files.map((file) => {
    const { name, use } = formatTexts(file.format);
    const link = h('a', { href: file.url, download: '', 'data-format': file.format, referrerpolicy: 'no-referrer', onclick: (event: MouseEvent) => follow(event, file.format) },
      icon('download'), h('span', { class: 'name' }, name), h('span', { class: 'use' }, use), h('span', { class: 'size' }, sizeText(file.bytes)));
    links.set(file.format, link);
    return h('li', {}, link);
  }));
  return h('section', { class: 'panel', 'aria-labelledby': 'downloads' }, h('h2', { id: 'downloads' }, t('head.downloads')), list);

  function follow(event: MouseEvent, format: string): void {
    const file = files.find((one) => one.format === format);
    if (!file || !stale(file, Date.now())) return;
    event.preventDefault();
    void renew().then((fresh) => {
      files = fresh.results;
      for (const one of files) links.get(one.format)?.setAttribute('href', one.url);
      links.get(format)?.click();
    });
  }
}

/** Whether a link has run out, or nearly. */
export function stale(file: ResultFile, now: number): boolean {
  return Date.parse(file.expiresAt) - now < SPARE_MS;
}
