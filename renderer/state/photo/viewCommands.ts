/** @file The commands of the photo view and their keys. Renderer only. */
import type { AppState } from '../app.svelte.ts';
import type { Command } from '../commands.svelte.ts';
import type { ExplainingState } from './explaining.svelte.ts';
import type { ZoomState } from './zoom.svelte.ts';
import { zoomCommands } from './zoomCommands.ts';

export interface PhotoView {
  readonly zoom: ZoomState;
  readonly explaining: ExplainingState;
  /** There is a picture to be seen. */
  readonly isShown: () => boolean;
  readonly step: (by: 1 | -1) => void;
  readonly back: () => void;
  readonly toggleCaptionTool: (tool: 'choose' | 'try') => void;
  readonly explain: () => void;
  readonly endExplaining: () => void;
  readonly enterFullScreen: () => void;
}

export function photoViewCommands(app: AppState, view: PhotoView): Command[] {
  const texts = () => app.texts.photo;
  const when = (): boolean => app.route.view === 'photo';
  const isShown = (): boolean => when() && view.isShown();
  const { fullScreen, layout } = app;
  return [
    { id: 'photo.next', title: () => texts().next, keys: [']', 'arrowright'], when, run: () => view.step(1) },
    { id: 'photo.previous', title: () => texts().previous, keys: ['[', 'arrowleft'], when, run: () => view.step(-1) },
    { id: 'photo.back', title: () => texts().backToGrid, keys: ['escape'], when, run: view.back },
    {
      id: 'photo.fullScreen',
      title: () => texts().fullScreen,
      keys: ['f'],
      when: () => when() && !fullScreen.isOn,
      run: view.enterFullScreen,
    },
    {
      id: 'photo.leaveFullScreen',
      title: () => texts().leaveFullScreen,
      keys: ['f', 'escape'],
      when: () => when() && fullScreen.isOn,
      run: () => fullScreen.leave(),
    },
    {
      id: 'photo.caption',
      title: () => texts().captionOnFullScreen,
      keys: ['i'],
      when: () => when() && fullScreen.isOn,
      run: () => layout.change({ captionOnFullScreen: !layout.all.captionOnFullScreen }),
    },
    {
      id: 'photo.histogram',
      title: () => texts().histogram.show,
      keys: ['h'],
      when: isShown,
      run: () => layout.change({ histogramShown: !layout.all.histogramShown }),
    },
    {
      id: 'photo.chooseCaption',
      title: () => app.texts.compare.captions.choose,
      keys: ['v'],
      when: isShown,
      run: () => view.toggleCaptionTool('choose'),
    },
    {
      id: 'photo.tryCaptions',
      title: () => app.texts.compare.trial.title,
      keys: ['shift+v'],
      when: isShown,
      run: () => view.toggleCaptionTool('try'),
    },
    ...explainingCommands(app, view, isShown),
    ...zoomCommands(app, { zoom: () => view.zoom, when, isShown }),
  ];
}

function explainingCommands(
  app: AppState,
  { explaining, explain, endExplaining }: PhotoView,
  isShown: () => boolean,
): Command[] {
  const texts = () => app.texts.photo.why;
  return [
    {
      id: 'photo.why',
      title: () => texts().toggle,
      keys: ['w'],
      when: isShown,
      run: () => (explaining.asked === undefined ? explain() : endExplaining()),
    },
    {
      id: 'photo.endWhy',
      title: () => texts().end,
      keys: ['escape'],
      when: () => app.route.view === 'photo' && explaining.asked !== undefined,
      run: endExplaining,
    },
  ];
}
