import type { Screen } from '../state.ts';

/** One thing on the page: made for a kind of screen, told of later changes of it, and cleared away. */
export interface ScreenView {
  readonly element: HTMLElement;
  update?(screen: Screen): void;
  dispose?(): void;
}

/** What screens ask the page to do. */
export interface Actions {
  chooseFile(): void;
  openCamera(): void;
  useSample(): void;
  usePhotoFile(file: Blob): void;
  agree(): void;
  again(): void;
  startOver(): void;
  /** Deletes the job on the screen. Throws a Failure when that does not work. */
  remove(): Promise<void>;
}
