import type { JobStatus, ResultFile } from '../../api/types.ts';
import { h, showsInRoom } from '../../dom.ts';
import { icon } from '../../icons.ts';
import { formatTexts, sizeText, t } from '../../texts.ts';
import roomPicture from '../../assets/room.svg';

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
  return h('section', { class: 'panel', 'aria-labelledby': 'downloads' }, h('h2', { id: 'downloads' }, t('head.downloads')), room(), list);

  // Safari wants a link with one picture in it and nothing else; the words stand beside it.
  function room(): HTMLElement | null {
    const file = files.find((one) => one.format === 'usdz');
    if (!file || !showsInRoom()) return null;
    const link = h('a', { href: file.url, rel: 'ar', referrerpolicy: 'no-referrer', onclick: (event: MouseEvent) => follow(event, 'room') },
      h('img', { src: roomPicture, alt: t('head.room'), width: 64, height: 64 }));
    links.set('room', link);
    return h('div', { class: 'room' }, link, h('span', { 'aria-hidden': 'true' }, t('head.room')));
  }

  function follow(event: MouseEvent, name: string): void {
    const file = files.find((one) => one.format === formatOf(name));
    if (!file || !stale(file, Date.now())) return;
    event.preventDefault();
    void renew().then((fresh) => {
      files = fresh.results;
      for (const [one, link] of links) link.href = files.find((fresh) => fresh.format === formatOf(one))?.url ?? link.href;
      links.get(name)?.click();
    });
  }
}

const formatOf = (name: string) => (name === 'room' ? 'usdz' : name);

/** Whether a link has run out, or nearly. */
export function stale(file: ResultFile, now: number): boolean {
  return Date.parse(file.expiresAt) - now < SPARE_MS;
}
