import { type Look, VIEWS, type ViewName } from '../../address.ts';
import { h } from '../../dom.ts';
import { icon, type IconName } from '../../icons.ts';
import { t } from '../../texts.ts';
import { GLASSES, type GlassesName } from '../../viewer/sunglasses/names.ts';

/** What the controls do to the viewer. */
export interface ViewActions {
  view(name: ViewName): void;
  light(degrees: number): void;
  cover(share: number): void;
  turntable(on: boolean): void;
  landmarks(on: boolean): void;
  beside(on: boolean): void;
  glasses(name: GlassesName | null): void;
  reset(): void;
}

/** What a head allows. */
export interface Abilities {
  readonly overlay: boolean;
  readonly glasses: boolean;
  readonly landmarks: boolean;
  readonly photo: boolean;
}

/** The controls beside the head. */
export class Controls {
  readonly element: HTMLElement;
  private readonly light: HTMLElement;
  private readonly blend: HTMLElement;
  private readonly turntable: HTMLButtonElement;

  constructor(look: Look, can: Abilities, private readonly actions: ViewActions) {
    const view = can.overlay || look.view !== 'overlay' ? look.view : 'textured';
    this.light = slider('sun', t('head.light'), -90, 90, 5, look.light, lightText, (degrees) => actions.light(degrees));
    this.blend = slider('picture', t('head.blend'), 0, 100, 5, 100, (percent) => t('head.blend.value', { percent }), (percent) => actions.cover(percent / 100));
    this.turntable = toggle('turn', t('head.turntable'), false, (on) => actions.turntable(on));
    this.element = h('div', { class: 'controls' },
      radios('view', t('head.view'), VIEWS.map((name) => ({ value: name, text: t(`head.view.${name}`), enabled: name !== 'overlay' || can.overlay })), view, (name) => this.show(name)),
      !can.overlay && h('p', { class: 'small', id: 'view-note' }, t('head.overlay.missing')),
      this.light, this.blend,
      h('div', { class: 'toggles' },
        this.turntable,
        can.landmarks && toggle('points', t('head.landmarks'), look.landmarks, (on) => actions.landmarks(on)),
        can.photo && toggle('beside', t('head.beside'), false, (on) => actions.beside(on)),
        chip('reset', t('head.reset'), () => actions.reset())),
      can.glasses && radios('glasses', t('head.glasses'),
        [{ value: 'none', text: t('head.glasses.none'), enabled: true }, ...GLASSES.map((name) => ({ value: name, text: t(`head.glasses.${name}`), enabled: true }))] as const,
        look.glasses ?? 'none', (name) => actions.glasses(name === 'none' ? null : (name as GlassesName))));
    this.swapSliders(view);
  }

  private show(view: ViewName): void {
    this.swapSliders(view);
    this.actions.view(view);
  }

  private swapSliders(view: ViewName): void {
    const overlay = view === 'overlay';
    this.light.hidden = overlay || view === 'wireframe';
    this.blend.hidden = !overlay;
    this.turntable.disabled = overlay;
  }
}

function lightText(degrees: number): string {
  if (degrees === 0) return t('head.light.front');
  return t(degrees < 0 ? 'head.light.left' : 'head.light.right', { degrees: Math.abs(degrees) });
}

function radios<T extends string>(name: string, legend: string, choices: readonly { value: T; text: string; enabled: boolean }[], chosen: T, onChoose: (value: T) => void): HTMLElement {
  return h('fieldset', { class: 'segments' }, h('legend', {}, legend),
    h('div', {}, ...choices.map(({ value, text, enabled }) => h('label', {},
      h('input', { type: 'radio', name, value, checked: value === chosen, disabled: !enabled, onchange: () => onChoose(value) }), h('span', {}, text)))));
}

function slider(name: IconName, text: string, min: number, max: number, step: number, value: number, say: (value: number) => string, onMove: (value: number) => void): HTMLElement {
  const input = h('input', { type: 'range', min, max, step, value, 'aria-valuetext': say(value), oninput: () => {
    input.setAttribute('aria-valuetext', say(input.valueAsNumber));
    onMove(input.valueAsNumber);
  } });
  return h('label', { class: 'slider' }, h('span', {}, icon(name), text), input);
}

function toggle(name: IconName, text: string, on: boolean, onToggle: (on: boolean) => void): HTMLButtonElement {
  const element = h('button', { type: 'button', class: 'chip', 'aria-pressed': String(on), onclick: () => {
    const now = element.getAttribute('aria-pressed') !== 'true';
    element.setAttribute('aria-pressed', String(now));
    onToggle(now);
  } }, icon(name), h('span', {}, text));
  return element;
}

function chip(name: IconName, text: string, onclick: () => void): HTMLButtonElement {
  return h('button', { type: 'button', class: 'chip', onclick }, icon(name), h('span', {}, text));
}
