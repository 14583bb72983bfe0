/** @file What a person chooses for captions, alt texts or long descriptions of many photos. Renderer only. */
import type { TermsOf } from '../../../preload/contract/work.ts';
import type { TextKind } from '../../../schemas/text.ts';
import type { TermsForm } from './termsForm.ts';

// No preset can have these names.
export const ownWords = '*own';
export const defaultPreset = '*default';

export class CaptionForm implements TermsForm {
  writes = $state<TextKind>('caption');
  preset = $state<string>(defaultPreset);
  prompt = $state('');
  modelId = $state('');
  candidates = $state('1');
  filterModelId = $state('');
  again = $state(false);
  oncePerStack = $state(false);
  /** Several candidates cannot be told apart: no model scores. */
  cannotScore = $state(false);

  readonly isScored: boolean = $derived(this.candidates !== '1');

  constructor(terms?: TermsOf<'caption'>) {
    if (terms === undefined) return;
    this.writes = terms.writes ?? 'caption';
    this.preset = terms.prompt === undefined ? (terms.preset ?? defaultPreset) : ownWords;
    this.prompt = terms.prompt ?? '';
    this.modelId = terms.modelId ?? '';
    this.candidates = String(terms.candidates ?? 1);
    this.filterModelId = terms.filterModelId ?? '';
    this.again = terms.again ?? false;
    this.oncePerStack = terms.oncePerStack ?? false;
  }

  get terms(): TermsOf<'caption'> | undefined {
    const { preset, prompt, modelId, filterModelId, writes, again, oncePerStack, isScored } = this;
    if (isScored && this.cannotScore) return undefined;
    const words = preset === ownWords ? { prompt } : preset === defaultPreset ? {} : { preset };
    return {
      kind: 'caption',
      candidates: Number(this.candidates),
      again,
      oncePerStack,
      writes,
      ...words,
      ...(modelId === '' ? {} : { modelId }),
      ...(isScored && filterModelId !== '' ? { filterModelId } : {}),
    };
  }
}
