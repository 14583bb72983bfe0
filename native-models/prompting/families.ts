/** @file How each family of models was asked when it was trained and evaluated, by its paper and its authors' code. Pure. */
import type { PromptStyle, Turn } from './promptRequest.ts';

interface Family {
  /** The text for a question after a conversation, oldest turn first; undefined for a family that answers none. */
  readonly ask: ((question: string, history: readonly Turn[]) => string) | undefined;
  /** Whether the family was meant to see what was said before. */
  readonly remembers: boolean;
  /** Whether the reference generates from a picture alone. Its VQA model demands a question. */
  readonly speaksUnasked: boolean;
}

export const families: Readonly<Record<PromptStyle, Family>> = {
  'blip-caption': { ask: undefined, remembers: false, speaksUnasked: true },
  // Trained on single questions; the encoder that reads them never saw an answer.
  'blip-vqa': { ask: (question) => question, remembers: false, speaksUnasked: false },
  blip2: { ask: blip2Dialog, remembers: true, speaksUnasked: true },
  instruct: { ask: instructDialog, remembers: true, speaksUnasked: true },
};

/** BLIP-2, figure 4 and the authors' notebook: "Question: q1 Answer: a1. Question: q2 Answer:". */
function blip2Dialog(question: string, history: readonly Turn[]): string {
  const turns = history.map((turn) => `Question: ${turn.question.trim()} Answer: ${asSentence(turn.answer)}`);
  return [...turns, isInBlip2Form(question) ? question : `Question: ${question.trim()} Answer:`].join(' ');
}

/** What somebody wrote for BLIP-2 as its documentation shows it must not be wrapped once more. */
function isInBlip2Form(text: string): boolean {
  return /^\s*question:/i.test(text) || /\banswer:\s*$/i.test(text);
}

/** The template ends every answer with a full stop; models often write it themselves. */
function asSentence(answer: string): string {
  const trimmed = answer.trim();
  return /[.!?…。！？]$/u.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** InstructBLIP's data of visual dialogs (LAVIS): "dialog history: q: q1 a: a1 q: q2 a: a2", a line end, the instruction. */
function instructDialog(question: string, history: readonly Turn[]): string {
  if (history.length === 0 || /^\s*dialog history:/i.test(question)) return question;
  const turns = history.map((turn) => `q: ${turn.question.trim()} a: ${turn.answer.trim()}`);
  return `dialog history: ${turns.join(' ')}\n${question}`;
}
