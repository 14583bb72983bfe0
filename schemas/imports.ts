/** @file What an import reads, and what becomes of it. Any process; data only. */
import * as z from 'zod';
import { documentFormatSchema, sidecarFormatSchema } from './exports.ts';

/** What can be exported can be imported. */
export const importFormatSchema = z.enum([...documentFormatSchema.options, ...sidecarFormatSchema.options]);
export type ImportFormat = z.output<typeof importFormatSchema>;

/** What the text of a plain text file is: a list of tags with commas between them, or prose. */
export const textUseSchema = z.enum(['tags', 'caption']);
export type TextUse = z.output<typeof textUseSchema>;

/**
 * Where a person's text is here and another one there. `keep`: the one here stays, the other is left out. `add`: it stays,
 * and the other is added beside it. `replace`: the other takes its place.
 */
export const conflictChoiceSchema = z.enum(['keep', 'add', 'replace']);
export type ConflictChoice = z.output<typeof conflictChoiceSchema>;

/**
 * What was left out of an import. `unmatched`, `ambiguous`: no photo has the name, or several have. `unsafeName`: the name
 * leads out of every folder, or is none. `tooLong`: a text has more characters than are kept. `invalidTag`: a tag has no
 * name, or too long a one. `invalidEntry`: it is not what the format has there. `unreadable`: a file that cannot be read.
 */
export const importRemarkKindSchema = z.enum([
  'unmatched',
  'ambiguous',
  'unsafeName',
  'tooLong',
  'invalidTag',
  'invalidEntry',
  'unreadable',
]);
export type ImportRemarkKind = z.output<typeof importRemarkKindSchema>;
