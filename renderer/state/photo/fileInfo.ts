/** @file What other programs wrote about a photo into its file and sidecars, as rows of a table. Pure; renderer only. */
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import type { Texts } from '../../../resources/messages/texts.ts';

type FileInfo = PhotoDetails['fileInfo'];
type Place = FileInfo['places'][number];

interface Source {
  readonly property: string;
  readonly sidecar: string | null;
}

export interface FileInfoRow {
  readonly key: string;
  readonly label: string;
  readonly values: readonly string[];
  /** Where they stand, in words. */
  readonly sources: readonly string[];
}

export function fileInfoRows(info: FileInfo, texts: Texts['photo']): FileInfoRow[] {
  const row = <Value extends Source>(
    key: string,
    label: string,
    values: readonly Value[],
    textOf: (value: Value) => string,
  ): FileInfoRow[] =>
    values.length === 0 ? [] : [{ key, label, values: values.map(textOf), sources: sourcesOf(values, texts) }];
  const ofKind = (kind: FileInfo['texts'][number]['kind'], label: string) =>
    row(
      kind,
      label,
      info.texts.filter((text) => text.kind === kind),
      ({ text }) => text,
    );
  return [
    ...ofKind('title', texts.fileTitle),
    ...ofKind('headline', texts.fileHeadline),
    ...ofKind('caption', texts.caption),
    ...ofKind('altText', texts.fileAltText),
    ...ofKind('extendedDescription', texts.fileExtendedDescription),
    ...row('people', texts.filePeople, info.people, ({ name }) => name),
    ...row('places', texts.filePlaces, info.places, (place) =>
      place.kind === 'gps' ? texts.fileNear(placeText(place)) : placeText(place),
    ),
    ...row('keywords', texts.fileKeywords, info.keywords, ({ path }) => path),
    ...row('rating', texts.fileRating, info.rating === null ? [] : [info.rating], ({ stars }) =>
      stars < 0 ? texts.fileRejected : texts.fileStars(stars),
    ),
    ...ofKind('label', texts.fileLabel),
    ...ofKind('creator', texts.fileCreator),
    ...ofKind('copyright', texts.fileCopyright),
  ];
}

/** From the smallest part to the largest. */
export function placeText({ sublocation, city, state, country, countryCode }: Place): string {
  const parts = [sublocation, city, state, country ?? countryCode].filter((part) => part !== null);
  return [...new Set(parts)].join(', ');
}

function sourcesOf(values: readonly Source[], texts: Texts['photo']): string[] {
  const sources = values.map((value) => {
    if ('kind' in value && value.kind === 'gps') return texts.fileNearSource;
    return value.sidecar === null ? value.property : texts.fileSourceSidecar(value.property, value.sidecar);
  });
  return [...new Set(sources)];
}
