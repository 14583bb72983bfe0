/** @file How long texts may be that cross a border: longer ones than a person types are refused, not cut. Any process; data only. */
import * as z from 'zod';

export const textSchema = z.string().max(100_000);
export const querySchema = z.string().max(10_000);
export const nameSchema = z.string().min(1).max(1000);
