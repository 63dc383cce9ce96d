import { h } from '../dom.ts';
import { icon, type IconName } from '../icons.ts';
import { t } from '../texts.ts';
import type { FaceBox } from '../api/types.ts';
import type { Photo } from '../photo/photo.ts';

/** A button with an icon before its word. */
export function button(kind: 'primary' | 'secondary' | 'quiet' | 'danger', name: IconName | null, text: string, onclick: () => void): HTMLButtonElement {
  return h('button', { type: 'button', class: `button ${kind}`, onclick }, name && icon(name), h('span', {}, text));
}

/** A heading that takes the focus when its screen comes. */
export function heading(text: string): HTMLHeadingElement {
  return h('h1', { tabindex: -1 }, text);
}

/** The photo with the face's box on it, or a stand-in where this browser cannot show it. */
export class PhotoFrame {
  readonly element: HTMLElement;
  private readonly box = h('div', { class: 'face-box', role: 'img', 'aria-label': t('working.face'), hidden: true });

  constructor(photo: Photo | null, alt: string, standIn: string) {
    this.element = photo?.url && photo.size
      ? h('figure', { class: 'photo', style: null }, h('img', { src: photo.url, alt, width: photo.size.width, height: photo.size.height }), this.box)
      : h('figure', { class: 'photo stand-in' }, icon('image'), h('figcaption', {}, standIn));
  }

  showFace(face: FaceBox | undefined, photo: { readonly width: number; readonly height: number } | undefined): void {
    if (!face || !photo) return;
    const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)}%`;
    this.box.style.left = percent(face.x, photo.width);
    this.box.style.top = percent(face.y, photo.height);
    this.box.style.width = percent(face.width, photo.width);
    this.box.style.height = percent(face.height, photo.height);
    this.box.hidden = false;
  }
}
