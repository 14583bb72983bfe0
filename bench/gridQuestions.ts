/** @file What the grid benchmark asks of the process that has its library, and what both have to know. */
import * as z from 'zod';

/** Photos share this many pictures: making 100,000 would measure the making. */
export const pictureCount = 30;

/** Addresses of the page and of the plain list, each for one browser; how long the event loop was blocked since the last time. */
export const questionSchema = z.enum(['page', 'plain', 'blocked', 'end']);
export type GridQuestion = z.output<typeof questionSchema>;
