/** @file What can be done to a run, and what the page says when one has begun or ended. */
import { describe, expect, it } from 'vitest';
import type { EndedRun } from '../../../../preload/contract/library.ts';
import type { Run } from '../../../../preload/contract/runs.ts';
import type { AppState } from '../../../../renderer/state/app.svelte.ts';
import { isOpen, isRevertible, isUndone, revertRun, startWork } from '../../../../renderer/state/runs/runActions.ts';
import { endedText, sayRunEnded } from '../../../../renderer/state/runs/runEnded.ts';
import type { ToastOptions } from '../../../../renderer/state/toasts.svelte.ts';
import { texts } from '../../../../resources/messages/texts.ts';

const run: Run = {
  id: 7,
  kind: 'caption',
  description: { kind: 'named', name: 'Caption' },
  state: 'done',
  modelId: 'demo',
  device: 'cpu',
  prompt: '',
  settings: null,
  total: 3,
  done: 3,
  failed: 0,
  createdAtMs: 0,
  finishedAtMs: 1,
  revertsRunId: null,
  revertedByRunId: null,
};

/** The application as far as these parts ask it, and all that they asked of it or said. */
function appDouble(refuse: readonly string[] = []) {
  const asked: unknown[] = [];
  const said: { readonly text: string; readonly options: ToastOptions }[] = [];
  const ask =
    (name: string, answer = {}) =>
    async (input: object) => {
      asked.push({ [name]: input });
      if (refuse.includes(name)) throw new Error(`${name} was refused`);
      return answer;
    };
  const toast = (text: string, options: ToastOptions = {}) => void said.push({ text, options });
  const app = {
    texts: texts.en,
    client: { runs: { cancel: ask('cancel'), revert: ask('revert', { runId: 9, reverted: 2, leftAlone: 1 }) } },
    history: { redo: async () => void asked.push('redo') },
    toasts: { show: toast },
    toast,
    navigate: (route: object) => void asked.push(route),
    report: (error: unknown) => void asked.push({ report: String(error) }),
  } as unknown as AppState;
  return { app, asked, said };
}

describe('taking a run back', () => {
  it.each(['running', 'paused'] as const)(
    'ends one that is %s first, so that it writes nothing afterwards',
    async (state) => {
      const { app, asked } = appDouble();
      await revertRun(app, { ...run, state });
      expect(asked).toEqual([{ cancel: { runId: 7 } }, { revert: { runId: 7 } }]);
    },
  );

  it.each(['done', 'cancelled'] as const)(
    'of one that is %s says what came of it and offers to redo',
    async (state) => {
      const { app, asked, said } = appDouble();
      await revertRun(app, { ...run, state });
      expect(asked).toEqual([{ revert: { runId: 7 } }]);
      expect(said.map(({ text }) => text)).toEqual([texts.en.runs.undoneToast(2, 1)]);
      said[0]?.options.action?.run();
      expect(asked.at(-1)).toBe('redo');
    },
  );

  it('of one that was undone takes back what did that, and says that all is there again', async () => {
    const { app, asked, said } = appDouble();
    await revertRun(app, { ...run, revertedByRunId: 8 });
    expect(asked).toEqual([{ revert: { runId: 8 } }]);
    expect(said).toEqual([{ text: texts.en.runs.redoneToast(2, 1), options: { undoRunId: 7 } }]);
  });

  it('does not go on where the run could not be ended', async () => {
    const { app, asked, said } = appDouble(['cancel']);
    await revertRun(app, { ...run, state: 'running' });
    expect(asked).toEqual([{ cancel: { runId: 7 } }, { report: 'Error: cancel was refused' }]);
    expect(said).toEqual([]);
  });
});

describe('a run', () => {
  it('is open until it is done or cancelled', () => {
    const states = ['running', 'paused', 'done', 'cancelled'] as const;
    expect(states.filter((state) => isOpen({ ...run, state }))).toEqual(['running', 'paused']);
  });

  it('can be undone once, and not before an edit is whole; one of the queue at any time', () => {
    expect(isRevertible(run)).toBe(true);
    expect(isRevertible({ ...run, revertedByRunId: 8 })).toBe(false);
    for (const kind of ['caption', 'ask', 'score', 'embed'] as const) {
      expect(isRevertible({ ...run, kind, state: 'running' }), kind).toBe(true);
    }
    for (const kind of ['edit', 'bulk-edit', 'import', 'undo'] as const) {
      expect(isRevertible({ ...run, kind, state: 'running' }), kind).toBe(false);
      expect(isRevertible({ ...run, kind }), kind).toBe(true);
    }
  });

  it('is undone when another took it back; of an undo, redoing is another matter', () => {
    expect(isUndone(run)).toBe(false);
    expect(isUndone({ ...run, revertedByRunId: 8 })).toBe(true);
    expect(isUndone({ ...run, kind: 'undo', revertedByRunId: 8 })).toBe(false);
  });
});

describe('a run that has ended', () => {
  const ended: EndedRun = { runId: 7, kind: 'caption', done: 2, failed: 0 };

  it('is told by what it did, with what failed', () => {
    const { queue } = texts.en;
    for (const kind of ['caption', 'ask', 'score', 'embed'] as const) {
      expect(endedText({ ...ended, kind }, texts.en)).toBe(queue.ended[kind](2));
    }
    expect(endedText({ ...ended, writes: 'altText' }, texts.en)).toBe('Wrote alt text for 2 photos.');
    expect(endedText({ ...ended, failed: 1 }, texts.en)).toBe(queue.endedWithFailures(queue.ended.caption(2), 1));
  });

  it('is a problem only where nothing came of it, and nothing is said of one that had nothing to do', () => {
    const { app, said } = appDouble();
    sayRunEnded(app, { ...ended, failed: 1 });
    sayRunEnded(app, { ...ended, done: 0, failed: 1 });
    sayRunEnded(app, { ...ended, done: 0 });
    expect(said.map(({ options }) => options.kind)).toEqual(['done', 'problem']);
  });

  it('can be undone from there, unless there is nothing to see of it, and leads to the run', () => {
    const { app, asked, said } = appDouble();
    sayRunEnded(app, ended);
    sayRunEnded(app, { ...ended, kind: 'embed' });
    expect(said.map(({ options }) => options.undoRunId)).toEqual([7, undefined]);
    said[0]?.options.action?.run();
    expect(asked).toEqual([{ view: 'run', runId: 7 }]);
  });
});

describe('work that was begun', () => {
  const started = (jobs: number, skipped: number) => `${jobs} begun, ${skipped} skipped`;

  it('says how many are new and how many were done before, and can be undone from there', async () => {
    const { app, asked, said } = appDouble();
    await startWork(app, 5, async () => ({ runId: 7, photos: 3 }), { started });
    expect(said).toMatchObject([{ text: '3 begun, 2 skipped', options: { undoRunId: 7 } }]);
    said[0]?.options.action?.run();
    expect(asked).toEqual([{ view: 'run', runId: 7 }]);
  });

  it('says so where nothing was left to do', async () => {
    for (const nothing of [
      { runId: null, photos: 0 },
      { runId: 7, photos: 0 },
    ]) {
      const { app, said } = appDouble();
      await startWork(app, 5, async () => nothing, { started });
      expect(said).toEqual([{ text: texts.en.bulk.nothingNew, options: {} }]);
    }
  });
});
