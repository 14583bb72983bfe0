/** @file The keys 1 to 9 for what stands in a list, while it is shown. All of them: a key that means a line of it must be no rating where there are fewer. Renderer only. */
import type { Command } from '../commands.svelte.ts';

export const maxNumber = 9;

/** @param title of the line with this number, from 1 on */
export function numberCommands(
  id: string,
  title: (number: number) => string,
  run: (number: number) => void,
): Command[] {
  return Array.from({ length: maxNumber }, (_, index) => ({
    id: `${id}${index + 1}`,
    title: () => title(index + 1),
    keys: [String(index + 1)],
    keysOnly: true,
    run: () => run(index + 1),
  }));
}
