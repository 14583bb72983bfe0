/** @file What a file says of itself where it says nothing but its size, for tests that need some of it only. */
import type { PhotoDetails } from '../../main/library/catalog/photos/photoDetails.ts';

export const plainDetails: PhotoDetails = {
  format: 'JPEG',
  width: 64,
  height: 48,
  orientation: null,
  takenLocal: null,
  takenOffsetMinutes: null,
  takenAtMs: null,
  latitude: null,
  longitude: null,
  altitudeM: null,
  cameraMake: null,
  cameraModel: null,
  lens: null,
  iso: null,
  exposureS: null,
  aperture: null,
  focalLengthMm: null,
  colourProfile: null,
  rating: null,
};
