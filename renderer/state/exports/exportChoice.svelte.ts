/** @file What the export dialog is set to: which photos, as what, what goes in, where to. Renderer only. */
import type { Selection } from '../../../preload/contract/common.ts';
import type { ExportFilter, ExportFormat, ExportPlan } from '../../../preload/contract/exports.ts';
import type { AppState } from '../app.svelte.ts';

export const exportFormats: readonly ExportFormat[] = [
  'json',
  'json-full',
  'jsonl',
  'coco',
  'csv',
  'parquet',
  'txt',
  'caption',
  'xmp',
  'embed',
];

type DocumentFormat = Extract<ExportPlan, { to: 'folder' }>['format'];
type SidecarFormat = Extract<ExportPlan, { to: 'sidecars' }>['format'];

function isSidecar(format: ExportFormat): format is SidecarFormat {
  return format === 'txt' || format === 'caption' || format === 'xmp';
}

/** Formats that are no document, so that no list of texts is in them. */
function isBesideOrInside(format: ExportFormat): boolean {
  return isSidecar(format) || format === 'embed';
}

export type Which = 'selected' | 'shown' | 'all';
/** Of sidecars, `here` is beside the photos; of documents, a download. */
export type Where = 'here' | 'folder';

export class ExportChoice {
  readonly #app: AppState;
  which = $state<Which>('selected');
  format = $state<ExportFormat>('json');
  captions = $state(true);
  alternatives = $state(false);
  tags = $state(false);
  answers = $state(false);
  humanOnly = $state(false);
  approvedToo = $state(false);
  withoutDoubtful = $state(false);
  byteOrderMark = $state(false);
  /** Of what is in the photos' own files. */
  replacing = $state(false);
  restoring = $state(false);
  where = $state<Where>('here');
  folder = $state('');

  constructor(app: AppState) {
    this.#app = app;
  }

  /** The selection, where there is one; else what is shown. */
  begin(): void {
    this.which = this.#app.selection.count > 0 ? 'selected' : this.#isFiltered ? 'shown' : 'all';
  }

  /** Into the photos' own files. */
  get originals(): boolean {
    return this.format === 'embed';
  }
  get sidecars(): boolean {
    return isSidecar(this.format);
  }
  /** Captions can be left out only where something else may stand in their place. */
  get canLeaveCaptionsOut(): boolean {
    return !['json', 'coco'].includes(this.format) && this.tags;
  }
  get hasAlternatives(): boolean {
    return !isBesideOrInside(this.format);
  }
  get hasTags(): boolean {
    return !['json', 'coco'].includes(this.format);
  }
  get hasByteOrderMark(): boolean {
    return this.format === 'csv';
  }
  get hasAnswers(): boolean {
    return ['json-full', 'jsonl', 'csv', 'parquet'].includes(this.format);
  }

  get selection(): Selection {
    if (this.which === 'selected') return this.#app.selection.asInput();
    if (this.which === 'all') return { query: '' };
    const { shown, ids, searchedFor } = this.#app.photos;
    // What was found by similarity has no query that finds it again.
    return shown.semantic || shown.similarTo !== null ? { photoIds: [...ids] } : { query: searchedFor };
  }

  get filter(): ExportFilter {
    const captions = this.captions || !this.canLeaveCaptionsOut;
    return {
      included: {
        captions,
        alternatives: this.hasAlternatives && this.alternatives,
        tags: this.hasTags && this.tags,
        answers: this.hasAnswers && this.answers,
        altText: false,
        longDescription: false,
      },
      humanOnly: this.humanOnly,
      approvedToo: this.humanOnly && this.approvedToo,
      withoutDoubtful: this.withoutDoubtful,
    };
  }

  get plan(): ExportPlan {
    const { format, selection, filter } = this;
    const folder = this.folder.trim();
    if (format === 'embed') {
      return { to: 'originals', selection, filter, isReplacing: this.replacing, isRestoring: this.restoring };
    }
    if (isSidecar(format)) {
      return { to: 'sidecars', format, selection, filter, folder: this.where === 'here' ? null : folder };
    }
    const document: DocumentFormat = format;
    const byteOrderMark = this.hasByteOrderMark && this.byteOrderMark;
    if (this.where === 'here') return { to: 'download', format: document, selection, filter, byteOrderMark };
    return { to: 'folder', format: document, selection, filter, folder, byteOrderMark };
  }

  get #isFiltered(): boolean {
    const { shown } = this.#app.photos;
    return shown.query !== '' || shown.similarTo !== null;
  }
}
