/** @file The orders that photos can be listed in, and how SQL walks each of them. */

export const searchOrders = ['taken', 'added', 'modified', 'name', 'folder', 'size', 'itm', 'relevance'] as const;
export type SearchOrder = (typeof searchOrders)[number];

export interface OrderBy {
  readonly order: SearchOrder;
  readonly descending: boolean;
}

/** Orders in which a photo has a value of its own, so that a page can begin after a photo rather than at a number. */
export type ValueOrder = Exclude<SearchOrder, 'folder' | 'relevance'>;

export const valueColumns: Readonly<Record<ValueOrder, string>> = {
  taken: 'taken_at_ms',
  added: 'added_at_ms',
  modified: 'modified_ms',
  name: 'name_order',
  size: 'size_bytes',
  itm: 'shown_itm',
};

export function isValueOrder(order: SearchOrder): order is ValueOrder {
  return order in valueColumns;
}

/** Newest, largest and best first; names and folders from A to Z. */
export function defaultDirection(order: SearchOrder): OrderBy {
  return { order, descending: order !== 'name' && order !== 'folder' };
}
