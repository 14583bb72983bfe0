/** @file A part of the Earth between two parallels and two meridians. Any process; data only. */
import * as z from 'zod';

/** In degrees. West of it is greater than its east where it crosses the 180th meridian. */
export const geoAreaSchema = z.object({
  south: z.number().min(-90).max(90),
  west: z.number().min(-180).max(180),
  north: z.number().min(-90).max(90),
  east: z.number().min(-180).max(180),
});
export type GeoArea = z.output<typeof geoAreaSchema>;
