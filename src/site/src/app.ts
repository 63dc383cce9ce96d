import { FIRST_LOOK, type Look, readAddress, writeAddress } from './address.ts';
import { SelfieApi } from './api/client.ts';
import { Failure } from './api/failure.ts';
import { followJob } from './api/follow.ts';
import { putByXhr, uploadPhoto } from './api/upload.ts';
import { backoff, wait } from './api/wait.ts';
import type { SiteConfig } from './config.ts';
import { showsInRoom } from './dom.ts';
import { PhotoKeeper } from './photo/keep.ts';
import type { Photo } from './photo/photo.ts';
import { preparePhoto, toPhoto } from './photo/prepare.ts';
import { PhotoSources } from './photo/sources.ts';
import { camera } from './screens/camera.ts';
import { failed } from './screens/failed.ts';
import { head } from './screens/head/head.ts';
import { viewerCode } from './screens/head/stage.ts';
import { preparing } from './screens/preparing.ts';
import { review } from './screens/review.ts';
import type { Actions, ScreenView } from './screens/screen.ts';
import { welcome } from './screens/welcome.ts';
import { working } from './screens/working.ts';
import { busy, type Happening, next, type Screen } from './state.ts';
import { t } from './texts.ts';
import sample from '../../../samples/selfie.jpg';

const START_TRIES = 3;

// With the file for the room, which costs the service some more time and is of use where this browser can show it.
const ROOM_FORMATS = ['glb', 'glb-compressed', 'obj', 'ply', 'stl', 'usdz', 'preview'];

/** Owns the page: what happened becomes a screen, and a screen starts what it needs. */
export class App implements Actions {
  private screen: Screen = { kind: 'welcome' };
  private view: ScreenView | null = null;
  private work: AbortController | null = null;
  private look: Look = FIRST_LOOK;
  private readonly api: SelfieApi;
  private readonly keeper = new PhotoKeeper(sessionStorage);
  private readonly sources: PhotoSources;

  constructor(private readonly main: HTMLElement, private readonly config: SiteConfig) {
    this.api = new SelfieApi(config.apiUrl);
    this.sources = new PhotoSources((file) => this.usePhotoFile(file), () => !busy(this.screen));
    addEventListener('popstate', () => this.route());
    this.route(false);
  }

  chooseFile(): void {
    this.sources.choose();
  }

  openCamera(): void {
    // Without https there is no camera for pages; phones still open theirs from a file field.
    if (navigator.mediaDevices) this.happen({ kind: 'open-camera' });
    else this.sources.chooseFromCamera();
  }

  useSample(): void {
    void this.prepare(async () => preparePhoto(await (await fetch(sample)).blob()));
  }

  usePhotoFile(file: Blob): void {
    void this.prepare(() => preparePhoto(file));
  }

  agree(): void {
    this.happen({ kind: 'agreed' });
    void this.upload();
  }

  again(): void {
    if (this.screen.kind !== 'failed') return;
    if (this.screen.again.kind === 'upload') this.agree();
    else if (this.screen.again.kind === 'job') this.open(this.screen.again.id);
  }

  startOver(): void {
    this.leave();
    this.happen({ kind: 'start-over' });
  }

  async remove(): Promise<void> {
    const id = 'id' in this.screen ? this.screen.id : null;
    const cancelled = busy(this.screen);
    if (cancelled) this.leave(); // nobody waits for an upload that is not wanted
    if (id) {
      try {
        await this.api.remove(id);
      } catch (error) {
        if (!cancelled) throw error;
      }
    }
    this.keeper.forgetAll();
    this.leave();
    this.happen(id ? { kind: 'deleted' } : { kind: 'start-over' });
  }

  /** Shows what the address names. */
  private route(focus = true): void {
    const address = readAddress(location.hash);
    if (address && 'id' in this.screen && this.screen.id === address.id) return;
    this.work?.abort();
    if (address) {
      this.look = address.look;
      this.open(address.id);
    } else {
      this.happen({ kind: 'start-over' }, focus);
    }
  }

  private leave(): void {
    this.work?.abort();
    if (location.hash) history.pushState(null, '', location.pathname + location.search);
  }

  private async prepare(read: () => Promise<Photo>): Promise<void> {
    if (busy(this.screen)) return;
    this.leave();
    this.happen({ kind: 'photo-chosen' });
    try {
      this.happen({ kind: 'photo-ready', photo: await read() });
    } catch (error) {
      this.happen({ kind: 'failed', failure: Failure.of(error) });
    }
  }

  private upload(): Promise<void> {
    return this.run(async (signal) => {
      if (this.screen.kind !== 'uploading') return;
      const photo = this.screen.photo;
      void viewerCode().catch(() => {});
      const link = await this.newLink(signal);
      if (photo.blob.size > link.maxBytes) throw new Failure('image-too-large');
      this.look = FIRST_LOOK;
      history.pushState(null, '', writeAddress(link.id));
      this.happen({ kind: 'link-made', id: link.id });
      await this.keeper.keep(link.id, photo, link.uploadUrl);
      await this.send(link.id, link.uploadUrl, photo, signal);
      this.happen({ kind: 'uploaded' });
      await this.follow(link.id, signal);
    });
  }

  private async newLink(signal: AbortSignal) {
    for (let failedTries = 1; ; failedTries++) {
      try {
        return await this.api.createUpload(showsInRoom() ? ROOM_FORMATS : [], signal);
      } catch (error) {
        const failure = Failure.of(error);
        if (failure.code !== 'network') throw error;
        if (failedTries >= START_TRIES) throw new Failure('unreachable');
        this.happen({ kind: 'lost' });
        await wait(backoff(failedTries), signal);
      }
    }
  }

  private send(id: string, url: string, photo: Photo, signal: AbortSignal): Promise<void> {
    return uploadPhoto(url, photo.blob,
      { put: putByXhr, arrived: async () => (await this.api.status(id, signal)).state !== 'waitingForUpload' },
      { onSent: (fraction) => this.happen({ kind: 'sent', fraction }), onLost: () => this.happen({ kind: 'lost' }) }, signal);
  }

  /** Goes on with a job of this or another tab: a reload, or a link. */
  private open(id: string): void {
    const kept = this.keeper.find(id);
    this.happen({ kind: 'job-opened', id, photo: kept?.photo ?? null });
    void viewerCode().catch(() => {});
    void this.run((signal) => this.follow(id, signal, { kept }));
  }

  private async follow(id: string, signal: AbortSignal, opened?: { kept: { photo: Photo; uploadUrl: string } | null }): Promise<void> {
    let resume = opened;
    const end = await followJob({ status: (stop) => this.api.status(id, stop) }, {
      onStatus: (status) => {
        if (status.state === 'waitingForUpload' && resume) {
          // The reload came in the middle of the upload.
          const { kept } = resume;
          resume = undefined;
          if (!kept) return this.fail(new Failure('photo-lost'), signal);
          void this.send(id, kept.uploadUrl, kept.photo, signal).catch((error) => this.fail(error, signal));
        }
        this.happen({ kind: 'status', status });
      },
      onLost: () => this.happen({ kind: 'lost' }),
    }, signal);
    if (end.state === 'failed') throw new Failure(end.error?.code ?? 'internal-error', end.error?.message);
  }

  /** Runs what belongs to the screen; it ends when the person goes elsewhere. */
  private async run(body: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.work?.abort();
    const work = (this.work = new AbortController());
    try {
      await body(work.signal);
    } catch (error) {
      this.fail(error, work.signal);
    }
  }

  private fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.work?.abort();
    this.happen({ kind: 'failed', failure: Failure.of(error) });
  }

  private happen(event: Happening, focus = true): void {
    const before = this.screen;
    const after = next(before, event);
    if (after === before && this.view) return;
    this.screen = after;
    const sameView = this.view?.update && (after.kind === before.kind || (before.kind === 'uploading' && after.kind === 'working'));
    if (!sameView) this.show(focus);
    this.view?.update?.(after);
    document.body.dataset['screen'] = after.kind;
  }

  private show(focus: boolean): void {
    this.view?.dispose?.();
    this.view = this.make(this.screen);
    this.main.replaceChildren(this.view.element);
    document.title = this.screen.kind === 'welcome' ? t('page.title') : `${this.main.querySelector('h1')?.textContent} · ${t('page.title')}`;
    if (focus) this.main.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  private make(screen: Screen): ScreenView {
    switch (screen.kind) {
      case 'welcome': return welcome(this, screen.notice);
      case 'camera': return camera(this, (video) => void this.prepareShot(video));
      case 'preparing': return preparing();
      case 'review': return review(screen.photo, this.config, this);
      case 'uploading': return working(screen.photo, this);
      case 'working': return working(screen.photo, this);
      case 'head': return head(screen.status, screen.photo, this.look, this.api, this);
      case 'failed': return failed(screen, this);
    }
  }

  // The camera's screen stays until the frame is read: its end turns the camera off.
  private async prepareShot(video: HTMLVideoElement): Promise<void> {
    try {
      this.happen({ kind: 'photo-ready', photo: await toPhoto(video, video.videoWidth, video.videoHeight) });
    } catch (error) {
      this.happen({ kind: 'failed', failure: Failure.of(error) });
    }
  }
}
