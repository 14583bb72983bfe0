/** @file A form that says what a model is to do with many photos. Renderer only. */
import type { Terms } from '../../../preload/contract/work.ts';

export interface TermsForm {
  /** Undefined while something is missing in the form. */
  readonly terms: Terms | undefined;
}
