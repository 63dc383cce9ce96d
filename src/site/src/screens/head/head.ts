import { FIRST_LOOK, type Look, writeAddress } from '../../address.ts';
import type { SelfieApi } from '../../api/client.ts';
import type { HeadDocument, JobStatus } from '../../api/types.ts';
import { h } from '../../dom.ts';
import type { Photo } from '../../photo/photo.ts';
import { t } from '../../texts.ts';
import { button, heading } from '../parts.ts';
import type { Actions, ScreenView } from '../screen.ts';
import { Controls } from './controls.ts';
import { downloads } from './downloads.ts';
import { facts } from './facts.ts';
import { removal } from './remove.ts';
import { share } from './share.ts';
import { HeadStage } from './stage.ts';

/** The head, and everything that can be done with it. */
export function head(status: JobStatus, photo: Photo | null, first: Look, api: SelfieApi, actions: Actions): ScreenView {
  let look: Look = first;
  const stage = new HeadStage(photo, () => {});
  const panel = h('div', { class: 'panel' });
  const snapshot = button('secondary', 'picture', t('head.snapshot'), () => void save());
  snapshot.disabled = true;
  const expires = timeText(new Date(status.expiresAt));
  const more = h('div', { class: 'more' });
  const element = h('section', { class: 'head' }, stage.element,
    h('div', { class: 'side' },
      heading(t('head.title')), panel,
      h('section', { class: 'panel hand-on' }, share(() => new URL(writeAddress(status.id, current()), location.href).href, expires), snapshot),
      downloads(status, () => api.status(status.id)), more,
      h('section', { class: 'panel end' }, removal(() => actions.remove()), h('p', { class: 'small' }, t('head.expires', { time: expires })))));
  void stage.load(api, status).then((document) => document && ready(document));
  return { element, dispose: () => stage.dispose() };

  function ready(document: HeadDocument): void {
    const viewer = stage.viewer!;
    const can = { overlay: viewer.canOverlay, glasses: viewer.canWearGlasses, landmarks: viewer.hasLandmarks, photo: Boolean(photo?.url) };
    const controls = new Controls(look, can, {
      view: (view) => (change({ view }), stage.hideHint(), viewer.setView(view)),
      light: (light) => (change({ light }), viewer.setLight(light)),
      cover: (share) => viewer.setCover(share),
      turntable: (on) => viewer.setTurntable(on),
      landmarks: (landmarks) => (change({ landmarks }), viewer.setLandmarks(landmarks)),
      beside: (on) => stage.showBeside(on),
      glasses: (glasses) => (change({ glasses }), void viewer.setGlasses(glasses)),
      reset: () => viewer.look(FIRST_LOOK.turn, FIRST_LOOK.tilt, FIRST_LOOK.zoom),
    });
    viewer.setView(look.view);
    viewer.setLight(look.light);
    viewer.setLandmarks(look.landmarks);
    viewer.look(look.turn, look.tilt, look.zoom);
    void viewer.setGlasses(look.glasses);
    panel.replaceChildren(controls.element);
    more.replaceChildren(...facts(document));
    snapshot.disabled = false;
  }

  function change(part: Partial<Look>): void {
    look = { ...look, ...part };
  }

  function current(): Look {
    return stage.viewer ? { ...look, ...stage.viewer.camera } : look;
  }

  async function save(): Promise<void> {
    const viewer = stage.viewer;
    if (!viewer) return;
    const url = URL.createObjectURL(await viewer.snapshot(getComputedStyle(stage.element).getPropertyValue('--stage').trim() || '#fff'));
    h('a', { href: url, download: 'selfie3d.png' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

/** A time for people: "today, 14:05" and the like. */
function timeText(time: Date): string {
  return new Intl.DateTimeFormat('en', { weekday: 'long', hour: 'numeric', minute: '2-digit' }).format(time);
}
