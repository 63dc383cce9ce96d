import { DistanceMeter } from '../camera/distance.ts';
import { judgeLight } from '../camera/light.ts';
import { h, svg } from '../dom.ts';
import { t } from '../texts.ts';
import { button, heading } from './parts.ts';
import type { Actions, ScreenView } from './screen.ts';

const COUNT = 3;
const JUDGE_EVERY_MS = 500;
const JUDGE_SIDE = 48;

/** The front camera, mirrored as in a mirror, with an oval to fit the face into, hints and a countdown. */
export function camera(actions: Actions, onShot: (video: HTMLVideoElement) => void): ScreenView {
  const video = h('video', { autoplay: true, playsinline: true, 'aria-label': t('camera.preview') });
  video.muted = true;
  const hint = h('p', { class: 'hint', role: 'status' }, t('camera.starting'));
  const count = h('div', { class: 'count', 'aria-live': 'assertive' });
  const shoot = button('primary', 'camera', t('camera.shoot'), () => void countDown());
  shoot.disabled = true;
  // The oval is left out of a shade over everything.
  const guide = svg('svg', { class: 'guide', viewBox: '0 0 300 400', preserveAspectRatio: 'xMidYMid slice', 'aria-hidden': 'true' },
    svg('path', { class: 'shade', 'fill-rule': 'evenodd', d: 'M-600-600H900V1000H-600zM150 64a86 118 0 1 0 0 236a86 118 0 1 0 0-236z' }),
    svg('ellipse', { class: 'oval', cx: 150, cy: 182, rx: 86, ry: 118 }));
  const element = h('section', { class: 'camera' },
    heading(t('camera.title')),
    h('div', { class: 'finder' }, video, guide, count, hint),
    h('p', { class: 'small' }, t('camera.guide')),
    h('div', { class: 'actions' }, shoot, button('secondary', null, t('camera.cancel'), () => actions.startOver())));

  const distance = new DistanceMeter();
  const sample = h('canvas', { width: JUDGE_SIDE, height: JUDGE_SIDE });
  let stream: MediaStream | null = null, judging = 0, over = false;
  void start();
  return { element, dispose };

  async function start(): Promise<void> {
    try {
      const found = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user', width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false });
      if (over) return found.getTracks().forEach((track) => track.stop());
      stream = found;
      video.srcObject = found;
      await video.play();
      hint.textContent = '';
      shoot.disabled = false;
      judging = window.setInterval(() => void judge(), JUDGE_EVERY_MS);
    } catch (error) {
      if (over) return;
      hint.textContent = t(error instanceof DOMException && error.name === 'NotAllowedError' ? 'camera.denied' : 'camera.missing');
      shoot.replaceWith(button('primary', 'image', t('welcome.choose'), () => actions.chooseFile()));
    }
  }

  async function judge(): Promise<void> {
    if (!video.videoWidth || count.textContent) return;
    const paint = sample.getContext('2d', { willReadFrequently: true })!;
    paint.drawImage(video, 0, 0, JUDGE_SIDE, JUDGE_SIDE);
    const light = judgeLight(paint.getImageData(0, 0, JUDGE_SIDE, JUDGE_SIDE).data, JUDGE_SIDE, JUDGE_SIDE);
    const place = light === 'good' ? await distance.measure(video) : null;
    const text = place && place !== 'good' ? t(`camera.distance.${place}`) : t(`camera.light.${light}`);
    if (hint.textContent !== text) hint.textContent = text; // said once, not twice a second
    hint.classList.toggle('good', light === 'good' && (place === null || place === 'good'));
  }

  async function countDown(): Promise<void> {
    shoot.disabled = true;
    for (let left = COUNT; left > 0; left--) {
      count.replaceChildren(h('span', {}, String(left)));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (over) return;
    }
    count.replaceChildren();
    onShot(video);
  }

  function dispose(): void {
    over = true;
    clearInterval(judging);
    stream?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}
