/** @file What a photo's file says of itself, as columns of the catalog. */
import type { Problem } from '../../../../schemas/problem.ts';
import { storedProblem } from '../problems.ts';

export interface PhotoDetails {
  readonly format: string | null;
  /** In pixels, as a person sees the picture. */
  readonly width: number | null;
  readonly height: number | null;
  /** 1 to 8, of the stored picture. */
  readonly orientation: number | null;
  /** What the camera's clock said: YYYY-MM-DDTHH:MM:SS[.sss], or as much of its beginning as is known, YYYY at least. */
  readonly takenLocal: string | null;
  readonly takenOffsetMinutes: number | null;
  /** With the offset, or as if the clock had shown UTC. */
  readonly takenAtMs: number | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly altitudeM: number | null;
  readonly cameraMake: string | null;
  readonly cameraModel: string | null;
  readonly lens: string | null;
  readonly iso: number | null;
  readonly exposureS: number | null;
  readonly aperture: number | null;
  readonly focalLengthMm: number | null;
  readonly colourProfile: string | null;
  readonly rating: number | null;
}

export interface DetailsRow {
  readonly revision: number;
  readonly details_revision: number;
  readonly format: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly orientation: number | null;
  readonly taken_local: string | null;
  readonly taken_offset_minutes: number | null;
  readonly taken_at_ms: number | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly altitude_m: number | null;
  readonly camera_make: string | null;
  readonly camera_model: string | null;
  readonly lens: string | null;
  readonly iso: number | null;
  readonly exposure_s: number | null;
  readonly aperture: number | null;
  readonly focal_length_mm: number | null;
  readonly colour_profile: string | null;
  readonly rating: number | null;
  readonly problem_code: string | null;
  readonly problem_message: string | null;
  readonly problem_facts: string | null;
}

/** Of the revision that was read, if its row is still of that one. */
export const setDetailsSql = `
  UPDATE photo SET details_revision = @revision, format = @format, width = @width, height = @height,
    orientation = @orientation, taken_local = @takenLocal, taken_offset_minutes = @takenOffsetMinutes,
    taken_at_ms = @takenAtMs, latitude = @latitude, longitude = @longitude, altitude_m = @altitudeM,
    camera_make = @cameraMake, camera_model = @cameraModel, lens = @lens, iso = @iso, exposure_s = @exposureS,
    aperture = @aperture, focal_length_mm = @focalLengthMm, colour_profile = @colourProfile, rating = @rating,
    problem_code = @problemCode, problem_message = @problemMessage, problem_facts = @problemFacts
  WHERE id = @id AND revision = @revision`;

export function detailsOf(row: DetailsRow): {
  readonly details: PhotoDetails | undefined;
  readonly problem: Problem | undefined;
} {
  // What was read of an earlier revision, or by an earlier version, stands until it is read again.
  const isRead = row.details_revision > 0 || row.format !== null;
  const hasProblem = isRead && row.problem_code !== null;
  return {
    details: isRead && !hasProblem ? fromRow(row) : undefined,
    problem: hasProblem ? storedProblem(row.problem_code, row.problem_message, row.problem_facts) : undefined,
  };
}

function fromRow(row: DetailsRow): PhotoDetails {
  return {
    format: row.format,
    width: row.width,
    height: row.height,
    orientation: row.orientation,
    takenLocal: row.taken_local,
    takenOffsetMinutes: row.taken_offset_minutes,
    takenAtMs: row.taken_at_ms,
    latitude: row.latitude,
    longitude: row.longitude,
    altitudeM: row.altitude_m,
    cameraMake: row.camera_make,
    cameraModel: row.camera_model,
    lens: row.lens,
    iso: row.iso,
    exposureS: row.exposure_s,
    aperture: row.aperture,
    focalLengthMm: row.focal_length_mm,
    colourProfile: row.colour_profile,
    rating: row.rating,
  };
}
