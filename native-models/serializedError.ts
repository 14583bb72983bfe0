/** @file An error as it crosses the border of a process, checked on the side that it comes to. Any process. */
import * as z from 'zod';
import { blames, retries, type SerializedError } from './errors.ts';

export const serializedErrorSchema = z.object({
  name: z.string(),
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  retry: z.enum(retries),
  blames: z.enum(blames),
}) satisfies z.ZodType<SerializedError>;
