/** @file Stars, flags and colour labels of the photos at hand: by key, by menu, by button. Renderer only. */
import type { Texts } from '../../resources/messages/texts.ts';
import { colourLabels, flags, maxStars } from '../../schemas/choices.ts';
import type { Mark, MarkChange, ShownMarks } from '../../schemas/marks.ts';
import type { AppState } from './app.svelte.ts';
import type { Command } from './commands.svelte.ts';
import { hasPhotosAtHand, photoInView, photosAtHand } from './photosAtHand.ts';

export const ratings: readonly Mark[] = Array.from({ length: maxStars + 1 }, (_, value) => ({ kind: 'rating', value }));
export const flagMarks: readonly Mark[] = [...flags, 'none' as const].map((value) => ({ kind: 'flag', value }));
export const labelMarks: readonly Mark[] = [...colourLabels, 'none' as const].map((value) => ({
  kind: 'label',
  value,
}));

/** As in Lightroom, where purple has no key either. */
const keys: Readonly<Record<string, string>> = {
  'flag pick': 'p',
  'flag reject': 'x',
  'flag none': 'u',
  'label red': '6',
  'label yellow': '7',
  'label green': '8',
  'label blue': '9',
};

export function keyOf({ kind, value }: MarkChange): string | undefined {
  return kind === 'rating' && value !== 'fromFile' ? String(value) : keys[`${kind} ${value}`];
}

/** One run over them, with a notice that undoes it. */
export async function markAtHand(app: AppState, change: MarkChange): Promise<void> {
  const { marks } = app.texts;
  const what = marks.command(change);
  try {
    const { runId, photos } = await app.client.photos.mark({ selection: photosAtHand(app), change });
    if (runId === null) app.toast(marks.nothingChanged(what), { topic: 'mark' });
    else app.toast(marks.done(what, photos), { undoRunId: runId, topic: 'mark' });
  } catch (error) {
    app.report(error);
  }
}

/** The key of a colour that the one photo has already takes it off. */
function toggled(app: AppState, mark: Mark): Mark {
  const id = photoInView(app) ?? (app.selection.count === 1 ? app.selection.photoIds[0] : undefined);
  const isThere =
    id !== undefined && mark.kind === 'label' && app.photos.card(id)?.marks.label?.toLowerCase() === mark.value;
  return isThere ? { kind: 'label', value: 'none' } : mark;
}

export function markCommands(app: AppState): Command[] {
  return [...ratings, ...flagMarks, ...labelMarks].map((mark) => {
    const key = keyOf(mark);
    return {
      id: `mark-${mark.kind}-${mark.value}`,
      title: () => app.texts.marks.command(mark),
      ...(key === undefined ? {} : { keys: [key] }),
      when: () => hasPhotosAtHand(app),
      run: () => void markAtHand(app, toggled(app, mark)),
    };
  });
}

/** A colour by its name in the language of the page; whatever else a file says as it says it. */
export function labelName(label: string, { labels }: Texts['marks']): string {
  const colour = colourLabels.find((one) => one === label.toLowerCase());
  return colour === undefined ? label : labels[colour];
}

/** In words, for those who do not see the signs; empty where there is nothing. */
export function marksInWords({ rating, flag, label }: ShownMarks, texts: Texts['marks']): string[] {
  return [
    ...(rating !== null && rating > 0 ? [texts.stars(rating)] : []),
    ...(flag === null ? [] : [flag === 'pick' ? texts.picked : texts.rejected]),
    ...(label === null ? [] : [texts.labelled(labelName(label, texts))]),
  ];
}
