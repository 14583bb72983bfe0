/** @file What the export dialog is set to: which photos, as what, what goes in, where to. Renderer only. */

import type { Selection } from '../../../preload/contract/common.ts';
import type {
  ExportFilter,
  ExportFormat,
  ExportPlan,
  MetadataFormat,
  PicturesBy,
} from '../../../preload/contract/exports.ts';
import { withMarks } from '../../../schemas/exportedMarks.ts';
import { templateContents } from '../../../schemas/templateContents.ts';
import type { AppState } from '../app.svelte.ts';

/** A dataset is a folder: a document and the pictures. */
export type ChosenFormat = ExportFormat | 'dataset';

export const exportFormats: readonly ChosenFormat[] = [
  'json',
  'json-full',
  'jsonl',
  'coco',
  'csv',
  'parquet',
  'dataset',
  'txt',
  'caption',
  'xmp',
  'embed',
];

type DocumentFormat = Extract<ExportPlan, { to: 'folder' }>['format'];
type SidecarFormat = Extract<ExportPlan, { to: 'sidecars' }>['format'];

function isSidecar(format: ChosenFormat): format is SidecarFormat {
  return format === 'txt' || format === 'caption' || format === 'xmp';
}

/** Formats that are no document, so that no list of texts is in them. */
function isBesideOrInside(format: ChosenFormat): boolean {
  return isSidecar(format) || format === 'embed';
}

export type Which = 'selected' | 'shown' | 'all';
/** Of sidecars, `here` is beside the photos; of documents, a download. */
export type Where = 'here' | 'folder';

export class ExportChoice {
  readonly #app: AppState;
  which = $state<Which>('selected');
  format = $state<ChosenFormat>('json');
  captions = $state(true);
  alternatives = $state(false);
  altText = $state(false);
  longDescription = $state(false);
  tags = $state(false);
  answers = $state(false);
  scores = $state(false);
  marks = $state(false);
  /** Ids of questions whose answers stay out. */
  leftOut = $state<readonly number[]>([]);
  /** All that there are. */
  questions = $state.raw<readonly { readonly id: number; readonly text: string }[]>([]);
  /** Of text files; empty: the caption, then the tags. */
  template = $state('');
  humanOnly = $state(false);
  approvedToo = $state(false);
  withoutDoubtful = $state(false);
  byteOrderMark = $state(false);
  /** Of what is in the photos' own files. */
  replacing = $state(false);
  restoring = $state(false);
  /** Of a dataset. */
  metadata = $state<MetadataFormat>('jsonl');
  picturesBy = $state<PicturesBy>('copy');
  /** In per cent; the rest is for training. */
  validation = $state(0);
  test = $state(0);
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
  get dataset(): boolean {
    return this.format === 'dataset';
  }
  /** A folder must be named. */
  get isIntoFolder(): boolean {
    return this.dataset || (this.where === 'folder' && !this.originals);
  }
  get sidecars(): boolean {
    return isSidecar(this.format);
  }
  /** Captions can be left out only where something else may stand in their place. */
  get canLeaveCaptionsOut(): boolean {
    const { altText, longDescription } = this.#chosenTexts;
    return this.hasTags && (this.tags || altText || longDescription);
  }
  get hasAlternatives(): boolean {
    return !isBesideOrInside(this.format);
  }
  /** A place for more texts than one. */
  get hasAltText(): boolean {
    return ['json-full', 'jsonl', 'csv', 'parquet', 'dataset', 'xmp', 'embed'].includes(this.format);
  }
  get hasTags(): boolean {
    return !['json', 'coco'].includes(this.format);
  }
  get hasByteOrderMark(): boolean {
    return this.format === 'csv';
  }
  /** With columns. */
  get isTable(): boolean {
    return ['jsonl', 'csv', 'parquet', 'dataset'].includes(this.format);
  }
  get hasTemplate(): boolean {
    return this.format === 'txt' || this.format === 'caption';
  }
  /** What a template has says what goes in. */
  get isByTemplate(): boolean {
    return this.hasTemplate && this.template.trim() !== '';
  }
  get hasAnswers(): boolean {
    return ['json-full', 'jsonl', 'csv', 'parquet', 'dataset'].includes(this.format);
  }

  get selection(): Selection {
    if (this.which === 'selected') return this.#app.selection.asInput();
    if (this.which === 'all') return { query: '' };
    const { shown, ids, searchedFor } = this.#app.photos;
    // What was found by similarity has no query that finds it again.
    return shown.semantic || shown.beyondCut ? { photoIds: [...ids] } : { query: searchedFor };
  }

  get filter(): ExportFilter {
    return withMarks(this.format, {
      included: this.isByTemplate ? this.#templated : this.#chosen,
      ...(this.hasAnswers && this.answers && this.leftOut.length > 0
        ? { questionIds: this.questions.map(({ id }) => id).filter((id) => !this.leftOut.includes(id)) }
        : {}),
      humanOnly: this.humanOnly,
      approvedToo: this.humanOnly && this.approvedToo,
      withoutDoubtful: this.withoutDoubtful,
    });
  }

  get #chosen(): ExportFilter['included'] {
    return {
      captions: this.captions || !this.canLeaveCaptionsOut,
      alternatives: this.hasAlternatives && this.alternatives,
      tags: this.hasTags && this.tags,
      answers: this.hasAnswers && this.answers,
      scores: this.isTable && this.scores,
      shownMarks: this.isTable && this.marks,
      ...this.#chosenTexts,
    };
  }

  get #chosenTexts(): Pick<ExportFilter['included'], 'altText' | 'longDescription'> {
    return {
      altText: this.hasAltText && this.altText,
      longDescription: this.hasAltText && this.longDescription,
    };
  }

  get #templated(): ExportFilter['included'] {
    return templateContents((variable) => new RegExp(`\\{\\s*${variable}\\s*\\}`).test(this.template));
  }

  get plan(): ExportPlan {
    const { format, selection, filter } = this;
    const folder = this.folder.trim();
    if (format === 'embed') {
      return { to: 'originals', selection, filter, isReplacing: this.replacing, isRestoring: this.restoring };
    }
    if (isSidecar(format)) {
      const template = this.isByTemplate ? { template: this.template } : {};
      return { to: 'sidecars', format, selection, filter, folder: this.where === 'here' ? null : folder, ...template };
    }
    if (format === 'dataset') {
      const { metadata, picturesBy, validation, test } = this;
      const shares = { train: 100 - validation - test, validation, test };
      return { to: 'dataset', selection, filter, folder, metadata, picturesBy, shares };
    }
    const document: DocumentFormat = format;
    const byteOrderMark = this.hasByteOrderMark && this.byteOrderMark;
    if (this.where === 'here') return { to: 'download', format: document, selection, filter, byteOrderMark };
    return { to: 'folder', format: document, selection, filter, folder, byteOrderMark };
  }

  /** As `plan`, also while no folder is named yet. */
  get previewPlan(): ExportPlan {
    const { plan } = this;
    if (plan.to === 'sidecars' && plan.folder === '') return { ...plan, folder: null };
    // It does not depend on where the dataset is going to be.
    if (plan.to === 'dataset' && plan.folder === '') return { ...plan, folder: '/' };
    if (plan.to !== 'folder' || plan.folder !== '') return plan;
    const { folder: _, ...document } = plan;
    return { ...document, to: 'download' };
  }

  get #isFiltered(): boolean {
    return this.#app.photos.query !== '';
  }
}
