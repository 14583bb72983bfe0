/** @file The title of a run, from what it did. Pure; any process. */
import type { RunDescription } from '../../schemas/runDescription.ts';
import type { Texts } from './texts.ts';

export function runTitle(run: RunDescription, texts: Pick<Texts, 'runs' | 'marks'>): string {
  const { names } = texts.runs;
  const withMore = (first: string, more: number): string => (more === 0 ? first : names.more(first, String(more)));
  switch (run.kind) {
    case 'caption':
      return names.caption[run.textKind ?? 'caption'](run.preset);
    case 'captionPaths':
      return names.captionPaths[run.textKind ?? 'caption'](withMore(run.path, run.more));
    case 'ask':
      return names.ask(withMore(run.question, run.more));
    case 'tag':
      return names.tag(String(run.vocabulary));
    case 'chat':
      return run.question;
    case 'score':
      return names.check;
    case 'embed':
      if (run.automatic === true) return names.indexAutomatically;
      return run.modelId === undefined ? names.index : names.indexWith(run.modelId);
    case 'addTag':
      return names.addTag(withMore(run.tag, run.more));
    case 'removeTag':
      return names.removeTag(withMore(run.tag, run.more));
    case 'moveTag': {
      const moved = withMore(run.tag, run.more);
      return run.parent === '' ? names.moveToTop(moved) : names.moveTag(moved, run.parent);
    }
    case 'mergeTags':
      return names.changeTag(withMore(run.tag, run.more), run.into);
    case 'replaceInTags':
      return names.replace(run.pattern, run.replacement);
    case 'restrictTags':
      return names.vocabulary(String(run.vocabulary));
    case 'removeImpliedTags':
      return names.redundantParents;
    case 'editCaption':
      return names.edit[run.textKind ?? 'caption'];
    case 'removeCaption':
      return names.remove[run.textKind ?? 'caption'];
    case 'approveCaption':
      return names.approve[run.textKind ?? 'caption'];
    case 'acceptCaptions':
      return names.acceptCaptions(run.captions, percentOf(run.minItm));
    case 'acceptTexts':
      return names.acceptTexts[run.textKind](run.texts);
    case 'rejectCaption':
      return names.reject[run.textKind ?? 'caption'];
    case 'captionFromAnswer':
      return names.useAnswer[run.textKind ?? 'caption'];
    case 'answerAdded':
      return names.addAnswer[run.textKind ?? 'caption'];
    case 'editAnswer':
      return names.editAnswer;
    case 'editAnswers':
      return names.editAnswers(run.answers);
    case 'mark':
      return texts.marks.command(run.change);
    case 'stack':
      return names.stack[run.change];
    case 'importTexts':
      return names.importTexts(withMore(run.path, run.more), run.format);
    case 'sidecarChanges':
      return names.sidecarChanges;
    case 'undo':
      return names.undo(runTitle(run.of, texts));
    case 'redo':
      return names.redo(runTitle(run.of, texts));
    case 'tagByAnswers':
      return names.byAnswers(runTitle(run.of, texts));
    case 'named':
      return run.name;
  }
}

/** One decimal at most. */
function percentOf(fraction: number): string {
  return `${Math.round(fraction * 1000) / 10}%`;
}
