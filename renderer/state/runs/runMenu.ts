/** @file What can be done with a run of the history, as its menu lists it. Renderer only. */
import Images from '@lucide/svelte/icons/images';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import Redo from '@lucide/svelte/icons/redo-2';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import Table from '@lucide/svelte/icons/table-2';
import Undo from '@lucide/svelte/icons/undo-2';
import X from '@lucide/svelte/icons/x';
import type { Run } from '../../../preload/contract/runs.ts';
import type { MenuItem } from '../../components/base/menuItem.ts';
import type { AppState } from '../app.svelte.ts';
import { cancelRun, isOpen, isQueued, isRevertible, isUndone, pauseRun, retryFailed, revertRun } from './runActions.ts';

export function runMenu(app: AppState, run: Run): readonly MenuItem[] {
  const { runs, library, common } = app.texts;
  const isPaused = run.state === 'paused';
  const going: MenuItem[] =
    isOpen(run) && isQueued(run)
      ? [
          {
            title: isPaused ? runs.resume : runs.pause,
            icon: isPaused ? Play : Pause,
            run: () => void pauseRun(app, run.id, !isPaused),
          },
          { title: runs.cancelRun, icon: X, run: () => void cancelRun(app, run.id) },
        ]
      : [];
  const failed: MenuItem[] =
    run.failed > 0 && isQueued(run)
      ? [{ title: runs.retryFailed, icon: RotateCcw, run: () => void retryFailed(app, { runId: run.id }) }]
      : [];
  const answers: MenuItem[] =
    run.kind === 'ask'
      ? [{ title: runs.answers, icon: Table, run: () => app.navigate({ view: 'run', runId: run.id }) }]
      : [];
  const isBack = isUndone(run);
  const undo: MenuItem[] =
    isBack || isRevertible(run)
      ? [
          'separator',
          {
            title: isBack ? common.redo : common.undo,
            icon: isBack ? Redo : Undo,
            run: () => void revertRun(app, run),
          },
        ]
      : [];
  return [
    { title: library.showSearch, icon: Images, run: () => app.showList({ query: `run:${run.id}` }) },
    ...answers,
    ...going,
    ...failed,
    ...undo,
  ];
}
