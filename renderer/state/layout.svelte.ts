/** @file How wide the panels are, what is folded and how large photos are shown: remembered by this browser. Renderer only. */
import { parseTileFields, type TileField } from './tileFields.ts';

export interface Layout {
  readonly sidebarShown: boolean;
  readonly sidebarWidthPx: number;
  readonly panelShown: boolean;
  /** Beside photos that are compared, which need the room. */
  readonly comparePanelShown: boolean;
  readonly panelWidthPx: number;
  /** Under a photo that has the whole screen. */
  readonly captionOnFullScreen: boolean;
  /** Over a photo. */
  readonly histogramShown: boolean;
  /** By what the photos can be narrowed down, below the filter bar. */
  readonly facetsShown: boolean;
  /** Of a stack one photo is shown. */
  readonly stacksFolded: boolean;
  readonly gridMode: 'square' | 'justified';
  /** What stands below each photo of the grid, where photos are large enough. */
  readonly tileFields: readonly TileField[];
  /** Height of a photo of the grid. */
  readonly photoSizePx: number;
  /** Roots that are folded, and folders below that are open. */
  readonly toggledFolders: readonly number[];
}

export const photoSizeRangePx = { least: 96, most: 420 };

const storageKey = 'vignette:layout';
const initial: Layout = {
  sidebarShown: true,
  sidebarWidthPx: 224,
  panelShown: true,
  comparePanelShown: false,
  panelWidthPx: 340,
  captionOnFullScreen: false,
  histogramShown: false,
  facetsShown: false,
  stacksFolded: false,
  gridMode: 'justified',
  tileFields: ['caption'],
  photoSizePx: 190,
  toggledFolders: [],
};

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

/** Whatever was stored, by whichever version, gives a layout. */
export function parseLayout(text: string | null): Layout {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? 'null');
  } catch {
    return initial;
  }
  if (typeof stored !== 'object' || stored === null) return initial;
  const at = (key: keyof Layout): unknown => Reflect.get(stored, key);
  const toggled = at('toggledFolders');
  return {
    sidebarShown: at('sidebarShown') !== false,
    sidebarWidthPx: numberOr(at('sidebarWidthPx'), initial.sidebarWidthPx),
    panelShown: at('panelShown') !== false,
    comparePanelShown: at('comparePanelShown') === true,
    panelWidthPx: numberOr(at('panelWidthPx'), initial.panelWidthPx),
    captionOnFullScreen: at('captionOnFullScreen') === true,
    histogramShown: at('histogramShown') === true,
    facetsShown: at('facetsShown') === true,
    stacksFolded: at('stacksFolded') === true,
    gridMode: at('gridMode') === 'square' ? 'square' : 'justified',
    tileFields: parseTileFields(at('tileFields')),
    photoSizePx: numberOr(at('photoSizePx'), initial.photoSizePx),
    toggledFolders: Array.isArray(toggled) ? toggled.filter((id) => typeof id === 'number') : [],
  };
}

export class LayoutState {
  #layout = $state.raw<Layout>(parseLayout(readStored()));

  get all(): Layout {
    return this.#layout;
  }

  change(change: Partial<Layout>): void {
    this.#layout = { ...this.#layout, ...change };
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.#layout));
    } catch {
      // A browser that stores nothing forgets the layout with the page.
    }
  }
}

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
