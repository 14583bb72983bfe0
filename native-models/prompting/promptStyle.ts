/** @file The ways in which the families of models want to be asked. Part of model.json; any process. */
import * as z from 'zod';

/**
 * - `blip-caption` writes captions that may go on from a given beginning; it knows no questions.
 * - `blip-vqa` reads a question as it stands.
 * - `blip2` goes on from "Question: … Answer:", or from the beginning of a caption.
 * - `instruct` follows an instruction as it stands, after the dialog so far.
 */
export const promptStyleSchema = z.enum(['blip-caption', 'blip-vqa', 'blip2', 'instruct']);
export type PromptStyle = z.output<typeof promptStyleSchema>;

/** For messages. */
export const promptStyleTitles: Readonly<Record<PromptStyle, string>> = {
  'blip-caption': 'BLIP captioner',
  'blip-vqa': 'BLIP VQA',
  blip2: 'BLIP-2',
  instruct: 'InstructBLIP',
};
