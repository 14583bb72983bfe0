/** @file Begins work on many photos on its terms. Renderer only. */
import type { Selection } from '../../../preload/contract/common.ts';
import type { EstimatedTerms, Terms } from '../../../preload/contract/work.ts';
import type { Client } from '../connection.ts';
import type { Started } from '../runs/runActions.ts';

/** Whether it writes something that a person can look at first, on a few photos. */
export function isTriable(terms: EstimatedTerms): terms is Terms {
  return terms.kind !== 'score' && terms.kind !== 'embed';
}

/** @throws what the library refused */
export function startTerms(
  { runs }: Pick<Client, 'runs'>,
  selection: Selection,
  terms: EstimatedTerms,
): Promise<Started> {
  switch (terms.kind) {
    case 'caption':
      return runs.caption({ ...terms, selection });
    case 'ask':
      return runs.ask({ ...terms, selection });
    case 'tag':
      return runs.tag({ ...terms, selection });
    case 'score':
      return runs.score({ ...terms, selection });
    case 'embed':
      return runs.embed({ ...terms, selection });
  }
}
