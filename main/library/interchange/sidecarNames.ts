/** @file How sidecars are called, and where they lie. Pure. */
import path from 'node:path';
import type { SidecarFormat } from '../../../schemas/exports.ts';
import { type NameRule, nameKey } from '../photos/nameKey.ts';
import { captionNames, nameLevel } from './captionNames.ts';

/** Without the format's extension. No two photos share one on a disk that compares names by the rule. */
export function sidecarNames(
  relativePaths: readonly string[],
  format: SidecarFormat,
  nameRule: NameRule,
): readonly string[] {
  return format === 'xmp'
    ? relativePaths
    : captionNames(relativePaths, {
        shortest: nameLevel.path,
        fold: (name) => nameKey(nameRule, name),
      });
}

export interface SidecarPlace {
  /** The photo's file. */
  readonly photo: string;
  readonly format: SidecarFormat;
  /** Beside the photo where undefined. */
  readonly folder: string | undefined;
}

/** The absolute path of a sidecar. */
export function sidecarName(relativeName: string, { photo, format, folder }: SidecarPlace): string {
  const name = `${relativeName}.${format}`;
  return folder === undefined
    ? path.join(path.dirname(photo), path.basename(name))
    : path.join(folder, ...name.split('/'));
}
