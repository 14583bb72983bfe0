/** @file How questions and conversations are put to each family of models. */
import { describe, expect, it } from 'vitest';
import { assertAnswerable, composePrompt } from '../../../native-models/prompting/composePrompt.ts';
import {
  type PromptRequest,
  type PromptStyle,
  promptStyleSchema,
} from '../../../native-models/prompting/promptRequest.ts';

const history = [
  { question: 'which city is this?', answer: 'singapore' },
  { question: 'why?', answer: ' it has a statue of a merlion. ' },
];
const always = () => true;

function ask(
  style: PromptStyle,
  text: string,
  changes: Partial<PromptRequest> = {},
  fits = always as (text: string) => boolean,
) {
  return composePrompt(style, { text, kind: 'question', history: [], ...changes }, fits);
}

describe('a question', () => {
  it.each([
    ['blip-vqa', ' how many? '],
    ['blip2', 'Question: how many? Answer:'],
    ['instruct', ' how many? '],
  ] as const)('is put to %s as "%s"', (style, prompt) => {
    expect(ask(style, ' how many? ')).toEqual({ prompt, warnings: [] });
  });

  it.each([
    'Question: how many cats are there? Answer:',
    ' question: how many? answer: two. question: and dogs? ANSWER: ',
    'This animal is on the left or on the right? Answer:',
    'Question: which city is this? Answer: singapore. Question: why?',
    'Question: how many? Short answer:',
  ])('that has the form of BLIP-2 already is not wrapped twice: %s', (text) => {
    expect(ask('blip2', text).prompt).toBe(text);
  });

  it('that only speaks of questions is wrapped', () => {
    expect(ask('blip2', 'Is there a question: yes or no?').prompt).toBe(
      'Question: Is there a question: yes or no? Answer:',
    );
  });

  it('is an error for a captioner', () => {
    expect(() => ask('blip-caption', 'how many?')).toThrow(expect.objectContaining({ code: 'PROMPT_NO_QUESTIONS' }));
  });

  it.each(promptStyleSchema.options.filter((style) => style !== 'blip-caption'))(
    'of white space is an error for %s',
    (style) => {
      expect(() => ask(style, ' \n\t')).toThrow(expect.objectContaining({ code: 'PROMPT_EMPTY' }));
    },
  );
});

describe('text', () => {
  it.each(promptStyleSchema.options)('goes to %s as it stands', (style) => {
    expect(ask(style, ' a photo of ', { kind: 'text' })).toEqual({ prompt: ' a photo of ', warnings: [] });
  });

  it.each(['blip-caption', 'blip2', 'instruct'] as const)(
    'may be empty for %s, which then captions unasked',
    (style) => {
      expect(ask(style, '', { kind: 'text' })).toEqual({ prompt: '', warnings: [] });
    },
  );

  it('must not be empty for a model that needs a question', () => {
    expect(() => assertAnswerable('blip-vqa', { text: '', kind: 'text' })).toThrow(
      expect.objectContaining({ code: 'PROMPT_EMPTY' }),
    );
  });

  it('has no conversation before it, and says so', () => {
    const { prompt, warnings } = ask('blip2', 'a photo of', { kind: 'text', history });
    expect(prompt).toBe('a photo of');
    expect(warnings).toMatchObject([{ code: 'HISTORY_IGNORED' }]);
  });
});

describe('a conversation', () => {
  it('is put to BLIP-2 in its form, with one full stop after each answer', () => {
    expect(ask('blip2', 'where is the name from?', { history })).toEqual({
      prompt:
        'Question: which city is this? Answer: singapore. Question: why? Answer: it has a statue of a merlion. ' +
        'Question: where is the name from? Answer:',
      warnings: [],
    });
  });

  it('is put to InstructBLIP as its data of visual dialogs', () => {
    expect(ask('instruct', 'where is the name from?', { history })).toEqual({
      prompt:
        'dialog history: q: which city is this? a: singapore q: why? a: it has a statue of a merlion.\n' +
        'where is the name from?',
      warnings: [],
    });
  });

  it('that the instruction holds already is not told twice', () => {
    const text = 'Dialog history: q: what? a: a boat\nwhich color?';
    expect(ask('instruct', text, { history }).prompt).toBe(text);
  });

  it('is left out for BLIP VQA, which knows none, and says so', () => {
    const { prompt, warnings } = ask('blip-vqa', 'why?', { history });
    expect(prompt).toBe('why?');
    expect(warnings).toMatchObject([{ code: 'HISTORY_IGNORED' }]);
  });
});

describe('a conversation that is too long', () => {
  const turns = Array.from({ length: 1000 }, (_, i) => ({ question: `number ${i}?`, answer: `it is ${i}` }));

  it.each(['blip2', 'instruct'] as const)('loses as few of its oldest turns as it must with %s', (style) => {
    const whole = (kept: number) => ask(style, 'and now?', { history: kept === 0 ? [] : turns.slice(-kept) }).prompt;
    for (const kept of [0, 1, 2, 7, 500, 999, 1000]) {
      const limit = whole(kept).length;
      const { prompt, warnings } = ask(style, 'and now?', { history: turns }, (text) => text.length <= limit);
      expect(prompt).toBe(whole(kept));
      expect(warnings.map(({ code }) => code)).toEqual(kept === 1000 ? [] : ['HISTORY_SHORTENED']);
    }
  });

  it('is tokenized a few times only', () => {
    let tries = 0;
    ask('blip2', 'and now?', { history: turns }, (text) => {
      tries += 1;
      return text.length < 500;
    });
    expect(tries).toBeLessThan(15);
  });

  it('says how many turns were left out', () => {
    const { warnings } = ask('blip2', 'and now?', { history }, (text) => !text.includes('which city'));
    expect(warnings).toEqual([
      { code: 'HISTORY_SHORTENED', message: 'The oldest turn of the conversation did not fit and was left out.' },
    ]);
  });

  it('goes altogether before the question is cut', () => {
    const { prompt, warnings } = ask('blip2', 'and now?', { history }, () => false);
    expect(prompt).toBe('Question: and now? Answer:');
    expect(warnings.map(({ code }) => code)).toEqual(['HISTORY_SHORTENED', 'PROMPT_CUT']);
  });
});

it.each(promptStyleSchema.options)(
  'a single text that is too long for %s is handed on whole, with a warning',
  (style) => {
    const text = 'word '.repeat(10_000);
    const { prompt, warnings } = ask(style, text, { kind: 'text' }, () => false);
    expect(prompt).toBe(text);
    expect(warnings).toMatchObject([{ code: 'PROMPT_CUT' }]);
  },
);
