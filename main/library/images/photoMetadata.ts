/** @file What is known of a photo besides its pixels. Pure types; any process. */
import type { FileInfo, SidecarProblem } from '../../../schemas/fileInfo.ts';

export interface PhotoMetadata {
  /** By content, whatever the file is called: “JPEG”, “HEIC”, “NEF”. */
  readonly format: string;
  /** As the file stores it; null where the file does not say. */
  readonly storedSize: PixelSize | null;
  /** As a person sees it: turned by the orientation. */
  readonly shownSize: PixelSize | null;
  /** EXIF's 1 to 8: how the stored picture must be turned. 1 where nothing, or nothing valid, is said. */
  readonly orientation: number;
  readonly takenAt: TakenAt | null;
  readonly position: GeoPosition | null;
  readonly camera: CameraSettings;
  /** What people and programs wrote about the photo. */
  readonly info: FileInfo;
  /** Sidecars from which nothing was taken. */
  readonly sidecarProblems: readonly SidecarProblem[];
  /** The embedded colour profile's own name; null without one. */
  readonly colourProfile: string | null;
  /** What is wrong with the metadata, in ExifTool's words; what could be read of them is above. */
  readonly warnings: readonly string[];
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

export interface TakenAt {
  /**
   * The camera's clock: `YYYY-MM-DDTHH:MM:SS`, with `.sss` where fractions were recorded; or as much of its beginning as
   * is known: `YYYY-MM-DD`, `YYYY-MM`, `YYYY`.
   */
  readonly local: string;
  /** Minutes east of UTC; null where the camera did not record it, as most older ones do not. */
  readonly offsetMinutes: number | null;
  /** For sorting: milliseconds since 1970 by the offset, or as if the clock had shown UTC where there is none; the beginning of a day, month or year. */
  readonly sortMs: number;
}

export interface GeoPosition {
  /** Degrees, north and east positive, to seven places (a centimetre). */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres above the sea. */
  readonly altitudeM: number | null;
}

export interface CameraSettings {
  readonly make: string | null;
  readonly model: string | null;
  readonly lens: string | null;
  readonly iso: number | null;
  readonly exposureSeconds: number | null;
  readonly aperture: number | null;
  readonly focalLengthMm: number | null;
}
