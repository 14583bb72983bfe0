/** @file The prompt of each photo, made from one template for all of them. Main process and CLI. */
import path from 'node:path';
import {
  isXmpVariable,
  type PhotoVariable,
  type PromptTemplate,
  type PromptVariable,
  type XmpVariable,
} from './promptTemplate.ts';
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
  /** What fields of its XMP say, of those that say anything. */
  xmp(fields: readonly XmpVariable[]): Promise<XmpValues>;
}

export type XmpValues = ReadonlyMap<XmpVariable, string>;

/** What only a photo of a catalog can have. */
export type WrittenVariable = Exclude<PhotoVariable, 'folder' | 'file' | 'date'>;

export async function filledPrompt(template: PromptTemplate, facts: PromptFacts): Promise<string> {
  const values = new Map<PromptVariable, string>();
  const fields = [...template.variables].filter(isXmpVariable);
  // Together: the file is read once.
  if (fields.length > 0) for (const [field, value] of await facts.xmp(fields)) values.set(field, value);
  for (const variable of template.variables) {
    if (!isXmpVariable(variable)) values.set(variable, await valueFor(variable, facts));
  }
  return template.fill(values);
}

async function valueFor(variable: Exclude<PromptVariable, XmpVariable>, facts: PromptFacts): Promise<string> {
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
  /** Called where the template has a date or a field of XMP. */
  startReader(): FileReader & AsyncDisposable;
}

/** Reads what files say of themselves. */
export interface FileReader extends DateReader {
  /** Empty for a file that cannot be read: whoever opens the photo will say what is wrong with it. */
  readXmp(file: string, fields: readonly XmpVariable[]): Promise<XmpValues>;
}

/**
 * For a file that need not be in any catalog, so that nothing is known of what people wrote about it.
 * @throws LibraryError EXIFTOOL_UNAVAILABLE when the template has a date or a field, and files cannot be read
 */
export async function promptForFile(
  template: PromptTemplate,
  file: string,
  { question = '', startReader }: PromptForFileOptions,
): Promise<string> {
  const isRead = [...template.variables].some((variable) => variable === 'date' || isXmpVariable(variable));
  await using pictures = isRead ? startReader() : undefined;
  const dates = pictures === undefined ? undefined : await TakenDates.start(pictures);
  return await filledPrompt(template, {
    file,
    question,
    date: async () => (await dates?.of(file)) ?? '',
    written: async () => '',
    xmp: async (fields) => (await pictures?.readXmp(file, fields)) ?? new Map(),
  });
}
