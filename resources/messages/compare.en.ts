/** @file English: photos and texts side by side. */
import { counted, english } from './format.ts';

export const compare = {
  command: 'Compare photos',
  title: (photos: number) => `Compare ${counted(photos, 'photo')}`,
  pane: (index: number, total: number, name: string) =>
    `Photo ${english.number(index)} of ${english.number(total)}: ${name}`,
  hint: 'Use the arrow keys to move between photos, [ and ] to replace one, and Backspace to remove one from the comparison. Set ratings, flags and labels as in the grid.',
  focusNext: 'Focus next photo',
  focusPrevious: 'Focus previous photo',
  replaceNext: 'Replace with next photo',
  replacePrevious: 'Replace with previous photo',
  remove: 'Remove from comparison',
  link: 'Link zoom',
  unlink: 'Unlink zoom',
  differs: (words: readonly string[]) => `(Differs: ${words.join('; ')})`,
  notOnAll: '(not on all)',
  differingFacts: 'Differences',
  captions: {
    title: 'Captions of this photo',
    hint: 'Press a number to show that caption.',
    show: (number: number) => `Show caption ${english.number(number)}`,
    choose: 'Choose caption',
    end: 'Close captions',
  },
  trial: {
    title: 'Compare models or presets',
    hint: (keys: string): string =>
      `Press ${keys} to ask both, then 1 or 2 to keep an answer. The other one is not saved.`,
    chooseOther: (isQuestion: boolean): string =>
      isQuestion ? 'Choose another model for one of the two.' : 'Choose another model or preset for one of the two.',
    question: 'Question',
    noQuestion: 'Leave empty for captions',
    ask: 'Ask both',
    asking: 'Writing…',
    side: (number: number) => `Answer ${english.number(number)}`,
    keep: (number: number) => `Use answer ${english.number(number)}`,
    kept: 'Set as caption',
    keptAnswer: 'Kept as answer',
    answerKept: 'Answer kept.',
    together: 'with both running at once',
    end: 'Close comparison',
  },
};
