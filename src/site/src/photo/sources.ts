import { h } from '../dom.ts';
import { t } from '../texts.ts';

const ACCEPTED = 'image/*,.heic,.heif';

/** Photos from a file chooser, dropped anywhere on the page, or pasted. */
export class PhotoSources {
  private readonly field = h('input', { type: 'file', accept: ACCEPTED, hidden: true, 'aria-hidden': 'true', tabindex: -1 });
  private readonly cover = h('div', { class: 'drop-cover', hidden: true, 'aria-hidden': 'true' }, h('p', {}, t('welcome.drop.here')));

  constructor(private readonly onPhoto: (file: Blob) => void, private readonly free: () => boolean) {
    this.field.addEventListener('change', () => {
      const file = this.field.files?.[0];
      this.field.value = ''; // the same file can be chosen again
      if (file) this.onPhoto(file);
    });
    document.body.append(this.field, this.cover);
    addEventListener('dragover', (event) => this.dragOver(event));
    addEventListener('dragleave', (event) => event.relatedTarget === null && (this.cover.hidden = true));
    addEventListener('drop', (event) => this.drop(event));
    addEventListener('paste', (event) => this.paste(event));
  }

  choose(): void {
    this.field.removeAttribute('capture');
    this.field.click();
  }

  /** On phones this opens the camera's own app. */
  chooseFromCamera(): void {
    this.field.setAttribute('capture', 'user');
    this.field.click();
  }

  private dragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.free() ? 'copy' : 'none';
    this.cover.hidden = !this.free();
  }

  private drop(event: DragEvent): void {
    this.cover.hidden = true;
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // else the browser opens the file instead of the page
    const file = event.dataTransfer.files[0];
    if (file && this.free()) this.onPhoto(file);
  }

  private paste(event: ClipboardEvent): void {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (!file || !this.free()) return;
    event.preventDefault();
    this.onPhoto(file);
  }
}
