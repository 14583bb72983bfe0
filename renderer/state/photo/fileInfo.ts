/** @file What other programs wrote about a photo into its file and sidecars, as rows of a table. Pure; renderer only. */
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import { fieldQuery, wholeFieldQuery } from '../queryText.ts';

type FileInfo = PhotoDetails['fileInfo'];
type Place = FileInfo['places'][number];

interface Source {
  readonly property: string;
  readonly sidecar: string | null;
}

export interface FileInfoValue {
  readonly text: string;
  /** Finds the photos whose files say the same; null for what is no name of anything. */
  readonly query: string | null;
}

export interface FileInfoRow {
  readonly key: string;
  readonly label: string;
  readonly values: readonly FileInfoValue[];
  /** Where they stand, in words. */
  readonly sources: readonly string[];
}

export function fileInfoRows(info: FileInfo, texts: Texts['photo']): FileInfoRow[] {
  const row = <Value extends Source>(
    key: string,
    label: string,
    values: readonly Value[],
    textOf: (value: Value) => string,
    queryOf: (value: Value) => string | null = () => null,
  ): FileInfoRow[] => {
    if (values.length === 0) return [];
    const shown = values.map((value) => ({ text: textOf(value), query: queryOf(value) }));
    return [{ key, label, values: shown, sources: sourcesOf(values, texts) }];
  };
  const ofKind = (
    kind: FileInfo['texts'][number]['kind'],
    label: string,
    queryOf?: (value: FileInfo['texts'][number]) => string,
  ) =>
    row(
      kind,
      label,
      info.texts.filter((text) => text.kind === kind),
      ({ text }) => text,
      queryOf,
    );
  return [
    ...ofKind('title', texts.fileTitle, ({ text }) => fieldQuery('title', text)),
    ...ofKind('headline', texts.fileHeadline),
    ...ofKind('caption', texts.caption),
    ...ofKind('altText', texts.fileAltText),
    ...ofKind('extendedDescription', texts.fileExtendedDescription),
    ...row(
      'people',
      texts.filePeople,
      info.people,
      ({ name }) => name,
      ({ name }) => wholeFieldQuery('person', name),
    ),
    ...row(
      'places',
      texts.filePlaces,
      info.places,
      (place) => (place.kind === 'gps' ? texts.fileNear(placeText(place)) : placeText(place)),
      (place) => wholeFieldQuery('place', placeName(place)),
    ),
    ...row(
      'keywords',
      texts.fileKeywords,
      info.keywords,
      ({ path }) => path,
      ({ path }) => fieldQuery('keyword', path),
    ),
    ...row('rating', texts.fileRating, info.rating === null ? [] : [info.rating], ({ stars }) =>
      stars < 0 ? texts.fileRejected : texts.fileStars(stars),
    ),
    ...ofKind('label', texts.fileLabel, ({ text }) => wholeFieldQuery('label', text)),
    ...ofKind('creator', texts.fileCreator),
    ...ofKind('copyright', texts.fileCopyright),
  ];
}

/** From the smallest part to the largest. */
export function placeText({ sublocation, city, state, country, countryCode }: Place): string {
  const parts = [sublocation, city, state, country ?? countryCode].filter((part) => part !== null);
  return [...new Set(parts)].join(', ');
}

/** What a place is mostly called; one of its parts is there. */
function placeName({ sublocation, city, state, country, countryCode }: Place): string {
  return city ?? sublocation ?? state ?? country ?? countryCode ?? '';
}

function sourcesOf(values: readonly Source[], texts: Texts['photo']): string[] {
  const sources = values.map((value) => {
    if ('kind' in value && value.kind === 'gps') return texts.fileNearSource;
    return value.sidecar === null ? value.property : texts.fileSourceSidecar(value.property, value.sidecar);
  });
  return [...new Set(sources)];
}
