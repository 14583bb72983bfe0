/** @file The prompt of each photo, made from one template for all of them. Main process and CLI. */
import path from 'node:path';
import type { PhotoVariable, PromptTemplate, PromptVariable } from './promptTemplate.ts';
import { TakenDates } from './takenDates.ts';

export class PhotoPrompts implements AsyncDisposable {
  readonly #template: PromptTemplate;
  readonly #question: string | undefined;
  readonly #dates: TakenDates | undefined;

  private constructor(template: PromptTemplate, question: string | undefined, dates: TakenDates | undefined) {
    this.#template = template;
    this.#question = question;
    this.#dates = dates;
  }

  /** @throws LibraryError EXIFTOOL_UNAVAILABLE when the template has a date and dates cannot be read */
  static async start(template: PromptTemplate, question?: string): Promise<PhotoPrompts> {
    const dates = template.variables.has('date') ? await TakenDates.start() : undefined;
    return new PhotoPrompts(template, question, dates);
  }

  async of(photo: { readonly path: string }): Promise<string> {
    const values = new Map<PromptVariable, string>([['question', this.#question ?? '']]);
    for (const variable of this.#template.variables) {
      if (variable !== 'question') values.set(variable, await this.#value(variable, photo.path));
    }
    return this.#template.fill(values);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dates?.[Symbol.asyncDispose]();
  }

  async #value(variable: PhotoVariable, file: string): Promise<string> {
    switch (variable) {
      case 'folder':
        return path.basename(path.dirname(file));
      case 'file':
        return path.basename(file, path.extname(file));
      case 'date':
        return (await this.#dates?.of(file)) ?? '';
      case 'tags':
        // Photos have tags once there is a catalog.
        return '';
    }
  }
}
