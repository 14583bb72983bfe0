/** @file What an import reads, and what becomes of it. Any process; data only. */
import * as z from 'zod';
import { conflictChoices, importFormats, textUses } from './choices.ts';
import { textKindSchema } from './text.ts';

export type { ConflictChoice, ImportFormat, TextUse } from './choices.ts';

export const importFormatSchema = z.enum(importFormats);
export const textUseSchema = z.enum(textUses);
export const conflictChoiceSchema = z.enum(conflictChoices);

/** What of a photo two texts stand against each other about. */
export const conflictKindSchema = z.enum([...textKindSchema.options, 'answer']);
export type ConflictKind = z.output<typeof conflictKindSchema>;

/**
 * What was left out of an import. `unmatched`, `ambiguous`: no photo has the name, or several have. `unsafeName`: the name
 * leads out of every folder, or is none. `tooLong`: a text has more characters than are kept. `tooMany`: a
 * photo has more texts or tags than are kept. `invalidTag`: a tag has no
 * name, or too long a one. `invalidEntry`: it is not what the format has there. `unreadable`: a file that cannot be read.
 */
export const importRemarkKindSchema = z.enum([
  'unmatched',
  'ambiguous',
  'unsafeName',
  'tooLong',
  'tooMany',
  'invalidTag',
  'invalidEntry',
  'unreadable',
]);
export type ImportRemarkKind = z.output<typeof importRemarkKindSchema>;
