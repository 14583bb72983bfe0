/** @file What a person types, kept in the browser until it is where it belongs: no reload and no closed form, panel or window loses it. Renderer only. */
import type { KeptText } from './keptText.ts';

type Fields = Readonly<Record<string, string>>;
type Change = (before: Fields) => Fields;

/** The only field, where a place has no more. */
const onlyField = 'text';

/** The library that was here the last time. */
const lastLibraryKey = 'vignette:library';

/** Of one library: photos and messages of another one have the same numbers. */
export class Drafts {
  readonly #storage: KeptText;
  #libraryId = $state<string>();
  readonly #lastLibraryId: string | null;
  /** What was typed before it was known which library it is: it is kept as if it were the last one. Not state: nothing shows it. */
  #early: { readonly place: string; readonly change: Change }[] = [];

  constructor(storage: KeptText) {
    this.#storage = storage;
    this.#lastLibraryId = storage.getItem(lastLibraryKey);
  }

  /** Which library it is is known from now on. */
  belongTo(libraryId: string): void {
    if (this.#libraryId === libraryId) return;
    this.#libraryId = libraryId;
    this.#storage.setItem(lastLibraryKey, libraryId);
    const early = this.#early.splice(0);
    if (libraryId === this.#lastLibraryId) return;
    for (const { place, change } of early) {
      if (this.#lastLibraryId !== null) this.#storage.removeItem(keyOf(this.#lastLibraryId, place));
      this.write(place, change);
    }
  }

  /** What is kept can be read. */
  get isKnown(): boolean {
    return this.#libraryId !== undefined;
  }

  /** @param place such as a form, or what is written about a photo */
  of(place: string): Draft {
    return new Draft(this, place);
  }

  /** Of a place that has no more than one. */
  field(place: string): FieldDraft {
    return this.of(place).field(onlyField);
  }

  /** None until the library is known. */
  read(place: string): Fields {
    return this.#libraryId === undefined ? {} : this.#stored(keyOf(this.#libraryId, place));
  }

  write(place: string, change: Change): void {
    if (this.#libraryId === undefined) this.#early.push({ place, change });
    const libraryId = this.#libraryId ?? this.#lastLibraryId;
    if (libraryId === null) return;
    const key = keyOf(libraryId, place);
    const fields = change(this.#stored(key));
    if (Object.keys(fields).length === 0) this.#storage.removeItem(key);
    else this.#storage.setItem(key, JSON.stringify(fields));
  }

  #stored(key: string): Fields {
    const kept = this.#storage.getItem(key);
    return kept === null ? {} : (JSON.parse(kept) as Fields);
  }
}

function keyOf(libraryId: string, place: string): string {
  return `vignette:draft:${libraryId}:${place}`;
}

/** What is typed in the fields of one place. */
export class Draft {
  readonly #drafts: Drafts;
  readonly #place: string;

  constructor(drafts: Drafts, place: string) {
    this.#drafts = drafts;
    this.#place = place;
  }

  /** By the names of their fields. */
  get fields(): Fields {
    return this.#drafts.read(this.#place);
  }

  field(name: string): FieldDraft {
    return new FieldDraft(this.#drafts, this.#place, name);
  }

  /** It is where it belongs, or no longer wanted. */
  forget(): void {
    this.#drafts.write(this.#place, () => ({}));
  }
}

export class FieldDraft {
  readonly #drafts: Drafts;
  readonly #place: string;
  readonly #name: string;

  constructor(drafts: Drafts, place: string, name: string) {
    this.#drafts = drafts;
    this.#place = place;
    this.#name = name;
  }

  /** Undefined where none is kept. */
  get text(): string | undefined {
    return this.#drafts.read(this.#place)[this.#name];
  }

  /** @param before what the field began with, which needs no keeping */
  keep(text: string, before = ''): void {
    this.#drafts.write(this.#place, ({ [this.#name]: _, ...others }) =>
      text === before ? others : { ...others, [this.#name]: text },
    );
  }

  forget(): void {
    this.keep('');
  }
}
