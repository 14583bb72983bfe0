/** @file What a model said in a conversation, used by a person in a photo's caption, alt text or long description: who wrote which words stays known. */
import type { TextKind } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';
import { RunStore } from '../runs/runs.ts';
import { ApprovalStore } from './approvals.ts';
import { CaptionStore, type NewCaption, ofKind, type StoredCaption } from './captions.ts';

export interface QuotedAnswer extends Pick<NewCaption, 'text' | 'prompt' | 'warnings'> {
  readonly authorRunId: number;
}

export class QuotedAnswerStore {
  readonly #connection: CatalogConnection;
  readonly #captions: CaptionStore;
  readonly #runs: RunStore;
  readonly #approvals: ApprovalStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#captions = new CaptionStore(connection);
    this.#runs = new RunStore(connection);
    this.#approvals = new ApprovalStore(connection);
  }

  /** The answer is the photo's text: the model stays its author, the person approves it. Returns its id. @throws CatalogError NO_SUCH_PHOTO */
  use(photoId: number, kind: TextKind, answer: QuotedAnswer): number {
    const description = { kind: 'captionFromAnswer', ...ofKind(kind) } as const;
    return this.#runs.within({ kind: 'edit', description }, (runId) =>
      this.#approved(photoId, runId, { ...answer, kind, source: 'model' }),
    );
  }

  /**
   * The answer comes after the text that is shown; without one, it is the text. After a model's words the whole is a
   * model's, approved by the person. After a person's, or imported ones, it is the person's: they edited a text of the
   * model's, which stays beside theirs with its author. Returns the text's id. @throws CatalogError NO_SUCH_PHOTO
   */
  add(photoId: number, kind: TextKind, answer: QuotedAnswer): number {
    return this.#connection.write(() => {
      const [shown] = this.#captions.of(photoId, kind);
      if (shown === undefined) return this.use(photoId, kind, answer);
      const description = { kind: 'answerAdded', ...ofKind(kind) } as const;
      return this.#runs.within({ kind: 'edit', description }, (runId) =>
        shown.source === 'model'
          ? this.#approved(photoId, runId, continued(shown, answer))
          : this.#quoted(photoId, runId, shown, answer),
      );
    });
  }

  #quoted(photoId: number, runId: number, { kind, text }: StoredCaption, answer: QuotedAnswer): number {
    const basedOnId = this.#captions.add(photoId, runId, { ...answer, kind, source: 'model' });
    return this.#captions.put(photoId, runId, joined(text, answer.text), { basedOnId, kind });
  }

  #approved(photoId: number, runId: number, caption: NewCaption): number {
    const id = this.#captions.add(photoId, runId, caption);
    this.#approvals.add(photoId, runId, { captionId: id });
    this.#captions.refreshShown(photoId);
    return id;
  }
}

/** By the model that answered; what it goes on from says who wrote that. */
function continued(shown: StoredCaption, answer: QuotedAnswer): NewCaption {
  const { id: basedOnId, kind, language } = shown;
  const warnings = [...shown.warnings, ...(answer.warnings ?? [])];
  const text = joined(shown.text, answer.text);
  return { ...answer, kind, text, source: 'model', language, warnings, basedOnId };
}

/** Neither is changed: a comma comes between where the first has no end of its own. */
function joined(first: string, second: string): string {
  const [begun, added] = [first.trimEnd(), second.trim()];
  const isSpaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}。！？；，、…]$/u.test(
    begun,
  );
  const space = isSpaceless ? '' : ' ';
  if (/[.!?…,;:。！？，；：、]["'”’」』）)]?$/u.test(begun)) return `${begun}${space}${added}`;
  return `${begun}${isSpaceless ? '，' : ', '}${added}`;
}
