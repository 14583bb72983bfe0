/** @file The prompt of each photo, made from one template for all of them. Main process and CLI. */
import path from 'node:path';
import type { PhotoVariable, PromptTemplate, PromptVariable } from './promptTemplate.ts';
import { type DateReader, TakenDates } from './takenDates.ts';

/** What a prompt can say about a photo; asked only for what the template wants. */
export interface PromptFacts {
  readonly file: string;
  /** What was asked, in prompts that leave room for it. */
  readonly question: string;
  /** When it was taken, in words; empty where nobody knows. */
  date(): Promise<string>;
  /** What people, and not models, wrote about it: each a text, or empty. */
  written(variable: WrittenVariable): Promise<string>;
}

/** What only a photo of a catalog can have. */
export type WrittenVariable = Exclude<PhotoVariable, 'folder' | 'file' | 'date'>;

export async function filledPrompt(template: PromptTemplate, facts: PromptFacts): Promise<string> {
  const values = new Map<PromptVariable, string>();
  for (const variable of template.variables) values.set(variable, await valueFor(variable, facts));
  return template.fill(values);
}

async function valueFor(variable: PromptVariable, facts: PromptFacts): Promise<string> {
  const { file, question } = facts;
  switch (variable) {
    case 'folder':
      return path.basename(path.dirname(file));
    case 'file':
      return path.basename(file, path.extname(file));
    case 'date':
      return await facts.date();
    case 'question':
      return question;
    default:
      return await facts.written(variable);
  }
}

export interface PromptForFileOptions {
  readonly question?: string | undefined;
  /** Called where the template has a date. */
  startReader(): DateReader & AsyncDisposable;
}

/**
 * For a file that need not be in any catalog, so that nothing is known of what people wrote about it.
 * @throws LibraryError EXIFTOOL_UNAVAILABLE when the template has a date and dates cannot be read
 */
export async function promptForFile(
  template: PromptTemplate,
  file: string,
  { question = '', startReader }: PromptForFileOptions,
): Promise<string> {
  await using pictures = template.variables.has('date') ? startReader() : undefined;
  const dates = pictures === undefined ? undefined : await TakenDates.start(pictures);
  return await filledPrompt(template, {
    file,
    question,
    date: async () => (await dates?.of(file)) ?? '',
    written: async () => '',
  });
}
