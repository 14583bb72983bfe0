/** @file Who wrote a text or gave a tag. Any process; data only. */
import * as z from 'zod';

export const sourceSchema = z.enum(['human', 'model', 'import']);
export type Source = z.output<typeof sourceSchema>;
