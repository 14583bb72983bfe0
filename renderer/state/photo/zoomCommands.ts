/** @file The commands that zoom, move and turn a photo, and their keys, wherever one is looked at. Renderer only. */
import type { AppState } from '../app.svelte.ts';
import type { Command } from '../commands.svelte.ts';
import type { ZoomState } from './zoom.svelte.ts';

export interface ZoomedView {
  /** Of the photo that keys are about. */
  readonly zoom: () => ZoomState | undefined;
  readonly when: () => boolean;
  /** There is a picture to be seen. */
  readonly isShown: () => boolean;
}

const panPx = 80;

export function zoomCommands(app: AppState, { zoom, when, isShown }: ZoomedView): Command[] {
  const texts = () => app.texts.photo;
  const keysOnly = true;
  const isFitted = (): boolean => zoom()?.isFitted !== false;
  const pan = (x: number, y: number) => () => zoom()?.moveBy({ x: -x * panPx, y: -y * panPx });
  return [
    { id: 'photo.zoomIn', title: () => texts().zoomIn, keys: ['+', '='], when, run: () => zoom()?.step(1) },
    { id: 'photo.zoomOut', title: () => texts().zoomOut, keys: ['-'], when, run: () => zoom()?.step(-1) },
    {
      id: 'photo.fit',
      title: () => texts().fit,
      keys: ['z'],
      when: () => when() && !isFitted(),
      run: () => zoom()?.fit(),
    },
    {
      id: 'photo.actual',
      title: () => texts().actualSize,
      keys: ['z'],
      when: () => when() && isFitted(),
      run: () => zoom()?.actualSize(window.devicePixelRatio),
    },
    {
      id: 'photo.turnLeft',
      title: () => texts().turnLeft,
      keys: ['mod+['],
      when: isShown,
      run: () => zoom()?.turnBy(-1),
    },
    {
      id: 'photo.turnRight',
      title: () => texts().turnRight,
      keys: ['mod+]'],
      when: isShown,
      run: () => zoom()?.turnBy(1),
    },
    { id: 'photo.left', title: () => texts().panLeft, keys: ['shift+arrowleft'], when, keysOnly, run: pan(-1, 0) },
    { id: 'photo.right', title: () => texts().panRight, keys: ['shift+arrowright'], when, keysOnly, run: pan(1, 0) },
    { id: 'photo.up', title: () => texts().panUp, keys: ['shift+arrowup'], when, keysOnly, run: pan(0, -1) },
    { id: 'photo.down', title: () => texts().panDown, keys: ['shift+arrowdown'], when, keysOnly, run: pan(0, 1) },
  ];
}
