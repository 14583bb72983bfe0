/** @file Counts the keys and clicks that a job takes, as docs/keyboard.md says. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright';

/** What is typed as text counts as nothing: it is the person's. A key with Ctrl or Shift counts as one. */
export class Walk {
  readonly #page: Page;
  #count = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  get count(): number {
    return this.#count;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#count += 1;
      await this.#page.keyboard.press(key);
    }
  }

  async click(target: Locator): Promise<void> {
    this.#count += 1;
    await target.click();
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.insertText(text);
  }
}

const documented = new Map(
  [...readFileSync('docs/keyboard.md', 'utf8').matchAll(/^\| (.+?) \| (\d+) \| .+ \|$/gm)].map(
    ([, job = '', count]) => [job, Number(count)] as const,
  ),
);

/** Keys and clicks. */
export function documentedCount(job: string): number {
  const count = documented.get(job);
  if (count === undefined) throw new Error(`docs/keyboard.md does not tell of the job “${job}”.`);
  return count;
}
