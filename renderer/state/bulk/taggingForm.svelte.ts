/** @file Which tags of the vocabulary a model may give many photos. Renderer only. */
import type { TermsOf } from '../../../preload/contract/work.ts';
import type { TermsForm } from './termsForm.ts';

const defaultMax = 10;

export class TaggingForm implements TermsForm {
  modelId = $state('');
  max = $state(defaultMax);
  below = $state('');
  again = $state(false);
  oncePerStack = $state(false);

  constructor(terms?: TermsOf<'tag'>) {
    if (terms === undefined) return;
    this.modelId = terms.modelId ?? '';
    this.max = terms.max ?? defaultMax;
    this.below = terms.below ?? '';
    this.again = terms.again ?? false;
    this.oncePerStack = terms.oncePerStack ?? false;
  }

  get terms(): TermsOf<'tag'> {
    const { max, again, oncePerStack, modelId } = this;
    const below = this.below.trim();
    return {
      kind: 'tag',
      max,
      again,
      oncePerStack,
      ...(below === '' ? {} : { below }),
      ...(modelId === '' ? {} : { modelId }),
    };
  }
}
