/** @file Flags of `vignette ask` that concern a question: each belongs to the `--question` that it stands behind. */
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { UsageError } from '../exitCodes.ts';

const placedSchema = z
  .array(z.object({ flag: z.enum(['--field', '--choices']), text: z.string(), after: z.int().min(0) }))
  .default([]);

export const questionFlagsSchema = z.object({ question: z.array(z.string()).default([]), placed: placedSchema });

export interface QuestionSaid {
  readonly text: string;
  readonly field: string | undefined;
  /** Its own; those of all questions are `--choices` like for one. */
  readonly choices: string | undefined;
}

export function questionOptions(
  command: Command,
  about: { readonly question: string; readonly field: string },
): Option[] {
  return [
    new Option('--question <TEXT>', about.question).argParser((text: string, before: string[] = []) => [
      ...before,
      text,
    ]),
    new Option('--field <NAME>', about.field).argParser(placed(command, '--field')),
  ];
}

/** Has `--choices`, which is there for everything that generates, belong to questions. */
export function placeChoices(command: Command): void {
  command.options.find(({ long }) => long === '--choices')?.argParser(placed(command, '--choices'));
}

function placed(command: Command, flag: '--field' | '--choices'): (text: string) => string {
  return (text) => {
    const { question, placed: before } = questionFlagsSchema.parse(command.opts());
    command.setOptionValue('placed', [...before, { flag, text, after: question.length }]);
    return text;
  };
}

/** @param named the question that no flag has @throws UsageError */
export function questionsSaid(optionValues: unknown, named: string | undefined): QuestionSaid[] {
  const { question: flagged, placed } = questionFlagsSchema.parse(optionValues);
  const questions = named === undefined ? flagged : [named];
  const ofOne = questions.length === 1;
  if (questions.length > 1 && placed.some(({ flag, after }) => flag === '--field' && after === 0)) {
    throw new UsageError((usage) => usage.beforeQuestion('--field'));
  }
  return questions.map((text, index) => {
    const own = placed.filter(({ after }) => after === index + 1 || (ofOne && after === 0));
    const [field, choices] = (['--field', '--choices'] as const).map((flag) => {
      const said = own.filter((one) => one.flag === flag);
      if (said.length > 1) throw new UsageError((usage) => usage.twiceForQuestion(flag, text));
      return said[0]?.text;
    });
    return { text: text.trim(), field, choices };
  });
}

/** `--choices` before any question: of all that have none of their own. */
export function choicesOfAll(optionValues: unknown): string | undefined {
  const { placed } = questionFlagsSchema.parse(optionValues);
  return placed.findLast(({ flag, after }) => flag === '--choices' && after === 0)?.text;
}
