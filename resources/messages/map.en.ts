/** @file English: the map. */
import { counted } from './format.ts';

export const map = {
  title: 'Map',
  located: (photos: number) => `${counted(photos, 'photo')} with a position`,
  locatedOf: (photos: number, query: string) => `${counted(photos, 'photo')} with a position, matching ${query}`,
  allPhotos: 'Show all photos',
  showInView: (photos: number) => `Show ${counted(photos, 'photo')} in Library`,
  cluster: (photos: number) => counted(photos, 'photo'),
  hint: 'Map. Arrow keys move it, plus and minus zoom, Tab goes to the photos. Drag with Shift to show the photos of an area.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  credit: 'Outlines: Natural Earth',
  emptyTitle: 'No photos with a position',
  emptyText: 'Photos with GPS data appear on the map.',
  emptyOfQuery: 'None of the matching photos has GPS data.',
};
