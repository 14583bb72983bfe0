/** @file How the command ends. Scripts depend on the numbers. */
import { commandLineTexts } from '../../resources/messages/commandLine/texts.ts';
import type { UsageTexts } from '../../resources/messages/commandLine/usage.en.ts';

export const exitCode = {
  done: 0,
  failed: 1,
  badUsage: 2,
  someItemsFailed: 3,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command line asks for something that makes no sense. */
export class UsageError extends Error {
  /** One plain sentence, in a language. */
  readonly sentenceIn: (usage: UsageTexts) => string;

  constructor(sentenceIn: (usage: UsageTexts) => string) {
    super(sentenceIn(commandLineTexts.en.usage));
    this.sentenceIn = sentenceIn;
  }
}
