/** @file Stacks at hand: folded and unfolded, put together and taken apart, by key, menu or button. Renderer only. */
import type { AppState } from './app.svelte.ts';
import type { Command } from './commands.svelte.ts';

/** Whether the grid shows one photo of each stack. */
export function foldStacks(app: AppState, stacksFolded: boolean): void {
  app.layout.change({ stacksFolded });
  app.photos.refreshSoon();
}

/** In place. What has the keyboard stays in sight. */
export function toggleStack(app: AppState, photoId: number): void {
  const { photos, selection } = app;
  const [first] = photos.stackOf(photoId)?.photoIds ?? [];
  photos.toggleStack(photoId);
  if (first !== undefined && photos.stackOf(first)?.isFolded === true) selection.only(first);
}

type Changed = Promise<{ runId: number | null }>;

/** One run, with a notice that undoes it. */
async function change(app: AppState, work: Changed, done: string): Promise<void> {
  const { stacks } = app.texts.library;
  try {
    const { runId } = await work;
    if (runId === null) app.toast(stacks.nothingChanged, { topic: 'stack' });
    else app.toast(done, { undoRunId: runId, topic: 'stack' });
  } catch (error) {
    app.report(error);
  }
}

export async function stackSelected(app: AppState): Promise<void> {
  const { count } = app.selection;
  await change(
    app,
    app.client.stacks.stack({ selection: app.selection.asInput() }),
    app.texts.library.stacks.stacked(count),
  );
  // Else nothing would be seen of it.
  if (!app.layout.all.stacksFolded) foldStacks(app, true);
}

export async function unstackSelected(app: AppState): Promise<void> {
  const { count } = app.selection;
  await change(
    app,
    app.client.stacks.unstack({ selection: app.selection.asInput() }),
    app.texts.library.stacks.unstacked(count),
  );
}

export async function putOnTop(app: AppState, photoId: number): Promise<void> {
  await change(app, app.client.stacks.putOnTop({ photoId }), app.texts.library.stacks.onTop);
}

/** Of the selected stacks; with a notice that says whether anything checks them. */
export async function copyCaptions(app: AppState): Promise<void> {
  const { stacks } = app.texts.library;
  try {
    const { runId, photos, checks } = await app.client.stacks.copyCaptions({ selection: app.selection.asInput() });
    if (runId === null) app.toast(stacks.noCaptions, { topic: 'stack' });
    else app.toast(stacks.captionsCopied(photos, checks), { undoRunId: runId, topic: 'stack' });
  } catch (error) {
    app.report(error);
  }
}

/** The photo that has the keyboard, where stacks are folded and it is in one. */
export function stackAtHand(app: AppState): { readonly photoId: number; readonly isFolded: boolean } | undefined {
  const { focusedId } = app.selection;
  const stack = focusedId === null ? undefined : app.photos.stackOf(focusedId);
  return focusedId === null || stack === undefined ? undefined : { photoId: focusedId, isFolded: stack.isFolded };
}

/** As in Lightroom. */
export const stackKeys = { toggle: 's', stack: 'mod+g', unstack: 'mod+shift+g', top: 'shift+s' } as const;

export function stackCommands(app: AppState): Command[] {
  const texts = () => app.texts.library.stacks;
  const inLibrary = () => app.route.view === 'library';
  const isFolded = () => app.layout.all.stacksFolded;
  return [
    {
      id: 'stacks',
      title: () => (isFolded() ? texts().unfoldAll : texts().fold),
      when: inLibrary,
      run: () => foldStacks(app, !isFolded()),
    },
    {
      id: 'stack-toggle',
      title: () => texts().toggle,
      keys: [stackKeys.toggle],
      when: () => inLibrary() && stackAtHand(app) !== undefined,
      run: () => {
        const stack = stackAtHand(app);
        if (stack !== undefined) toggleStack(app, stack.photoId);
      },
    },
    {
      id: 'stack-selected',
      title: () => texts().stack,
      keys: [stackKeys.stack],
      when: () => inLibrary() && app.selection.count > 1,
      run: () => void stackSelected(app),
    },
    {
      id: 'unstack-selected',
      title: () => texts().unstack,
      keys: [stackKeys.unstack],
      when: () => inLibrary() && app.selection.count > 0,
      run: () => void unstackSelected(app),
    },
    {
      id: 'stack-captions',
      title: () => texts().copyCaptions,
      when: () => inLibrary() && app.selection.stacks.count > 0,
      run: () => void copyCaptions(app),
    },
    {
      id: 'stack-top',
      title: () => texts().top,
      keys: [stackKeys.top],
      when: () => inLibrary() && stackAtHand(app)?.isFolded === false,
      run: () => {
        const stack = stackAtHand(app);
        if (stack !== undefined) void putOnTop(app, stack.photoId);
      },
    },
  ];
}
