/** @file What goes into an export and what is left out. Data only. */

export interface Included {
  readonly captions: boolean;
  /** All captions of a photo, not only the one that is shown. */
  readonly alternatives: boolean;
  readonly tags: boolean;
  readonly answers: boolean;
}

export const captionsOnly: Included = { captions: true, alternatives: false, tags: false, answers: false };

export interface ExportFilter {
  readonly included: Included;
  /** Nothing that no person wrote or gave. */
  readonly humanOnly: boolean;
  /** With `humanOnly`: also what a person approved of somebody else's. */
  readonly approvedToo?: boolean | undefined;
  /** No caption of a model that a matching model does not believe. */
  readonly withoutDoubtful: boolean;
}
