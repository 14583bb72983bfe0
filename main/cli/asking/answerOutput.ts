/** @file The places that answers about many photos go to beside the library, behind one interface. */
import type { Catalog } from '../../library/catalog/catalog.ts';
import type { Question, StoredAnswer } from '../../library/catalog/texts/answers.ts';
import type { RunIdentity } from '../../library/catalog/texts/provenance.ts';
import { exportDocument, exportDocumentFile } from '../../library/interchange/exportDocument.ts';
import type { CataloguedPhoto, FailedPhoto } from '../named/namedPhotos.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';
import type { AnswerTarget } from './manyPlan.ts';

export interface AnswerOutput {
  /** Called once for each answer, also for those of earlier calls. */
  deliver(photo: CataloguedPhoto, answer: StoredAnswer): Promise<void>;
  fail(failure: FailedPhoto): Promise<void>;
  /** The run is over, or was interrupted. */
  finish(): Promise<void>;
  /** For the summary; undefined when the answers went to stdout. */
  readonly place: string | undefined;
}

export interface AnswerOutputParts {
  readonly catalog: Pick<Catalog, 'reader' | 'writtenFiles'>;
  readonly terminal: Terminal;
  readonly run: RunIdentity;
  readonly questions: readonly Question[];
  readonly photos: readonly CataloguedPhoto[];
  readonly json: boolean;
  readonly byteOrderMark: boolean;
}

export function answerOutput(target: AnswerTarget, parts: AnswerOutputParts): AnswerOutput {
  return target.kind === 'lines' ? new AnswerLines(parts) : new AnswerDocument(target, parts);
}

/** Each answer on a line of its own as it comes; with its question where there are several. */
class AnswerLines implements AnswerOutput {
  readonly place = undefined;
  readonly #parts: AnswerOutputParts;

  constructor(parts: AnswerOutputParts) {
    this.#parts = parts;
  }

  async deliver({ shownAs }: CataloguedPhoto, answer: StoredAnswer): Promise<void> {
    const { terminal, questions, run, json } = this.#parts;
    const { question, text, prompt = question, choices, warnings } = answer;
    const columns = questions.length > 1 ? [shownAs, question, text] : [shownAs, text];
    const line = {
      ...{ path: shownAs, question, answer: text, model: run.model.id, prompt },
      ...(choices === undefined ? {} : { choices }),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
    await terminal.print(json ? JSON.stringify(line) : columns.map(printable).join('\t'));
  }

  async fail({ shownAs, code, message }: FailedPhoto): Promise<void> {
    if (this.#parts.json) await this.#parts.terminal.print(JSON.stringify({ path: shownAs, error: { code, message } }));
  }

  async finish(): Promise<void> {
    // Every line is out already.
  }
}

/** Of all photos, at the end: the answers that the library shows to these questions, as `vignette export` writes them. */
class AnswerDocument implements AnswerOutput {
  readonly place: string | undefined;
  readonly #target: Exclude<AnswerTarget, { kind: 'lines' }>;
  readonly #parts: AnswerOutputParts;

  constructor(target: Exclude<AnswerTarget, { kind: 'lines' }>, parts: AnswerOutputParts) {
    this.#target = target;
    this.#parts = parts;
    this.place = target.kind === 'file' ? target.file : undefined;
  }

  async deliver(): Promise<void> {
    // The library has it.
  }

  async fail(): Promise<void> {
    // Named on stderr.
  }

  async finish(): Promise<void> {
    const { catalog, terminal, questions, photos, byteOrderMark } = this.#parts;
    const { reader, writtenFiles } = catalog;
    const included = { captions: false, alternatives: false, tags: false, answers: true };
    const request = {
      format: this.#target.format,
      photoIds: photos.map(({ id }) => id),
      filter: {
        included: { ...included, altText: false, longDescription: false },
        questionIds: questions.map(({ id }) => id),
        humanOnly: false,
        withoutDoubtful: false,
      },
      byteOrderMark,
    };
    if (this.#target.kind === 'stdout') {
      await exportDocument(reader, request, terminal);
      return;
    }
    const document = { ...request, file: this.#target.file, isNamed: true };
    const { file, backup } = await exportDocumentFile({ reader, writtenFiles }, document);
    const { general } = terminal.texts.commandLine;
    if (backup !== null) await terminal.note(general.previousVersion(printable(file), printable(backup)));
  }
}
