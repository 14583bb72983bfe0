/** @file Begins work on many photos on its terms. Renderer only. */
import type { Selection } from '../../../preload/contract/common.ts';
import type { Terms } from '../../../preload/contract/work.ts';
import type { Client } from '../connection.ts';
import type { Started } from '../runs/runActions.ts';

/** @throws what the library refused */
export function startTerms({ runs }: Pick<Client, 'runs'>, selection: Selection, terms: Terms): Promise<Started> {
  switch (terms.kind) {
    case 'caption':
      return runs.caption({ ...terms, selection });
    case 'ask':
      return runs.ask({ ...terms, selection });
    case 'tag':
      return runs.tag({ ...terms, selection });
  }
}
