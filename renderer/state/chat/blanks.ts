/** @file Filling in the blanks of a saved question: where they stand in what is typed, which is next, and what went there before. Renderer only. */
import { type Blank, blanksIn } from '../../../schemas/blanks.ts';
import type { KeptText } from '../keptText.ts';

/** Places of the template's blanks in the text, filled in or not; undefined where the words around them are others now. */
function filledPlaces(template: string, text: string): Blank[] | undefined {
  const words = template.split(/_{3,}/);
  const [first = '', ...others] = words;
  const last = others.pop();
  if (last === undefined || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const places: Blank[] = [];
  let start = first.length;
  for (const next of others) {
    const end = text.indexOf(next, start);
    if (end < 0) return undefined;
    places.push({ start, end });
    start = end + next.length;
  }
  const end = text.length - last.length;
  return end < start ? undefined : [...places, { start, end }];
}

/** Where the keyboard goes from blank to blank. @param template that the text was begun with, if any */
export function placesToFill(text: string, template: string | undefined): Blank[] {
  return (template === undefined ? undefined : filledPlaces(template, text)) ?? blanksIn(text);
}

/** The place after (or before) what is selected. */
export function placeBeside(places: readonly Blank[], selected: Blank, step: 1 | -1): Blank | undefined {
  return step === 1
    ? places.find(({ start }) => start > selected.end)
    : places.findLast(({ end }) => end < selected.start);
}

const storageKey = 'vignette:blanks';
const maxTemplates = 50;
const maxValues = 8;

/** What was filled in lately, by the words of the question: for each blank the latest first. */
type Fillings = Readonly<Record<string, readonly (readonly string[])[]>>;

function isFillings(value: unknown): value is Fillings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const lists: unknown[] = Object.values(value);
  return lists.every(
    (list) =>
      Array.isArray(list) &&
      list.every((values) => Array.isArray(values) && values.every((one) => typeof one === 'string')),
  );
}

/** Remembered by this browser. */
export class RecentFillings {
  readonly #storage: Pick<KeptText, 'getItem' | 'setItem'>;

  constructor(storage: Pick<KeptText, 'getItem' | 'setItem'>) {
    this.#storage = storage;
  }

  of(template: string, place: number): readonly string[] {
    return this.#all()[template]?.[place] ?? [];
  }

  remember(template: string, values: readonly string[]): void {
    const all = this.#all();
    const before = all[template] ?? [];
    const lists = values.map((value, place) =>
      [...new Set([value.trim(), ...(before[place] ?? [])])].filter((one) => one !== '').slice(0, maxValues),
    );
    const others = Object.entries(all).filter(([words]) => words !== template);
    const kept = [[template, lists] as const, ...others].slice(0, maxTemplates);
    this.#storage.setItem(storageKey, JSON.stringify(Object.fromEntries(kept)));
  }

  #all(): Fillings {
    try {
      const stored: unknown = JSON.parse(this.#storage.getItem(storageKey) ?? '{}');
      return isFillings(stored) ? stored : {};
    } catch {
      return {};
    }
  }
}
