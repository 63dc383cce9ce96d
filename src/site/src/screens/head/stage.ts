import { Failure } from '../../api/failure.ts';
import type { SelfieApi } from '../../api/client.ts';
import type { HeadDocument, JobStatus } from '../../api/types.ts';
import { backoff, wait } from '../../api/wait.ts';
import { calm, h } from '../../dom.ts';
import type { Photo } from '../../photo/photo.ts';
import { failureTexts, t } from '../../texts.ts';
import type { Viewer } from '../../viewer/viewer.ts';
import { button } from '../parts.ts';

const TRIES = 4;

/** Loads the viewer's code; asked for while the head is still being made, so that it is there at the end. */
export const viewerCode = () => import('../../viewer/viewer.ts');

/** The place of the head: canvas, photo beside it, and what is said while there is no head. */
export class HeadStage {
  readonly element: HTMLElement;
  viewer: Viewer | null = null;
  private readonly canvasHost = h('div', { class: 'canvas-host' });
  private readonly message = h('div', { class: 'stage-message', role: 'status' }, h('div', { class: 'spinner' }), h('p', {}, t('head.loading')));
  private readonly beside: HTMLElement | null;
  private readonly stop = new AbortController();
  private readonly theme = matchMedia('(prefers-color-scheme: dark)');
  private readonly repaint = () => this.viewer?.paint();

  constructor(private readonly photo: Photo | null, private readonly onLook: () => void) {
    this.beside = photo?.url ? h('img', { class: 'beside', src: photo.url, alt: t('head.photo.alt'), hidden: true }) : null;
    this.element = h('div', { class: 'stage' }, this.beside, this.canvasHost, this.message, h('p', { class: 'stage-hint', 'aria-hidden': 'true' }, t('head.hint')));
    this.theme.addEventListener('change', this.repaint);
  }

  /** Loads the head. Returns its facts, or null when it cannot be shown; the stage says why. */
  async load(api: SelfieApi, status: JobStatus): Promise<HeadDocument | null> {
    const url = (format: string) => status.results.find((file) => file.format === format)?.url;
    const glb = url('glb'), json = url('json');
    const facts = json ? this.patiently(() => api.document(json, this.stop.signal)).catch((): HeadDocument => ({})) : Promise.resolve<HeadDocument>({});
    try {
      if (!glb) throw new Failure('viewer');
      const [{ Viewer }, bytes] = await Promise.all([this.patiently(viewerCode), this.patiently(() => api.bytes(glb, this.stop.signal))]);
      if (this.stop.signal.aborted) return null;
      this.viewer = new Viewer(this.canvasHost, { calm: calm(), onLook: this.onLook, onLost: () => this.say(new Failure('viewer')) });
      this.prepareCanvas(this.viewer.canvas);
      await this.viewer.load(bytes);
      await this.givePhoto(this.viewer, await facts);
      this.message.hidden = true;
      this.element.dataset['ready'] = '';
      return await facts;
    } catch (error) {
      if (!this.stop.signal.aborted) this.say(Failure.of(error));
      return this.viewer?.loaded ? facts : null;
    }
  }

  hideHint(): void {
    this.element.classList.add('touched');
  }

  showBeside(on: boolean): void {
    if (!this.beside) return;
    this.beside.hidden = !on;
    this.element.classList.toggle('two', on);
  }

  dispose(): void {
    this.stop.abort();
    this.theme.removeEventListener('change', this.repaint);
    this.viewer?.dispose();
  }

  private prepareCanvas(canvas: HTMLCanvasElement): void {
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', t('head.stage'));
    canvas.addEventListener('keydown', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && this.viewer?.key(event.key)) event.preventDefault();
    });
    canvas.addEventListener('pointerdown', () => this.hideHint(), { once: true });
    this.canvasHost.append(canvas);
  }

  // The service's matrix speaks of the photo as it was uploaded, which is the photo of this tab.
  private async givePhoto(viewer: Viewer, facts: HeadDocument): Promise<void> {
    if (!this.photo?.size || !viewer.loaded) return;
    const { matrixOf } = await import('../../viewer/head.ts');
    const matrix = matrixOf(facts.headToPhoto) ?? viewer.headToPhoto;
    if (!matrix) return;
    viewer.setPhoto(await createImageBitmap(this.photo.blob, { imageOrientation: 'flipY' }), facts.photo?.width ?? this.photo.size.width, facts.photo?.height ?? this.photo.size.height, matrix);
  }

  private async patiently<T>(call: () => Promise<T>): Promise<T> {
    for (let failed = 1; ; failed++) {
      try {
        return await call();
      } catch (error) {
        this.stop.signal.throwIfAborted();
        if (failed >= TRIES || !Failure.of(error).passing) throw error;
        await wait(backoff(failed), this.stop.signal);
      }
    }
  }

  private say(failure: Failure): void {
    const { title, advice } = failureTexts(failure.code, failure.message);
    this.message.hidden = false;
    this.message.replaceChildren(h('p', {}, h('strong', {}, title)), h('p', {}, advice), button('secondary', 'turn', t('failed.again'), () => location.reload()));
  }
}
