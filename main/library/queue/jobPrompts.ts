/** @file The prompt of each job: its run's template, filled in with what the catalog knows about the photo. */
import type { DueJob, DuePhoto } from '../catalog/dueJobs.ts';
import { filledPrompt } from '../prompting/photoPrompt.ts';
import { type PromptTemplate, photoVariables, promptTemplate, questionVariable } from '../prompting/promptTemplate.ts';

/** What a prompt can say about a photo beside its name. */
export interface PhotoFacts {
  /** When it was taken, in words; empty where nobody knows. */
  dateOf(photo: DuePhoto): Promise<string>;
  tagsOf(photoId: number): readonly string[];
}

export class JobPrompts {
  readonly #facts: PhotoFacts;
  readonly #templates = new Map<string, PromptTemplate>();

  constructor(facts: PhotoFacts) {
    this.#facts = facts;
  }

  /** @throws PromptingError for a template with an unknown variable */
  async of(source: string, photo: DuePhoto, question: DueJob['question']): Promise<string> {
    return await filledPrompt(this.#template(source), {
      file: photo.file,
      question: question?.text ?? '',
      date: () => this.#facts.dateOf(photo),
      tags: () => this.#facts.tagsOf(photo.id),
    });
  }

  #template(source: string): PromptTemplate {
    const known = this.#templates.get(source);
    if (known !== undefined) return known;
    const template = promptTemplate(source, [...photoVariables, questionVariable]);
    this.#templates.set(source, template);
    return template;
  }
}
