/** @file The features of photos in a library that no process need have open: they can be let go, and no more. */
import { libraryPlaces } from '../library/files/libraryPlaces.ts';
import { PhotoFeatures } from '../library/models/photoFeatures.ts';

export function storedFeatures(libraryFolder: string): Pick<PhotoFeatures, 'forgetModel'> {
  const { features: folder } = libraryPlaces(libraryFolder);
  return new PhotoFeatures({ folder, maxBytes: () => 0, isKnown: () => true });
}
