/** @file What a photo's file says in other places than XMP, and where its sidecar says it. */

/** An XMP field, and the place that it is copied from where the photo has no such field. */
export type EmbeddedSource = readonly [field: string, source: string];

/** Where cameras write what nobody said. */
export const camerasWords = 'EXIF:ImageDescription';

/**
 * What people say in a file of it, as XMP, where it does not say so in XMP already: a program that reads sidecars looks no
 * further. digiKam takes all of IPTC from the sidecar alone, and of EXIF the description, comment, artist and copyright;
 * when and with what a photo was taken, and where, every program reads in the photo. After ExifTool's own `iptc2xmp.args`
 * and `exif2xmp.args`.
 */
export const embeddedSources: readonly EmbeddedSource[] = [
  ['XMP-dc:Creator', 'IPTC:By-line'],
  ['XMP-dc:Description', 'IPTC:Caption-Abstract'],
  ['XMP-dc:Rights', 'IPTC:CopyrightNotice'],
  ['XMP-dc:Subject', 'IPTC:Keywords'],
  ['XMP-dc:Title', 'IPTC:ObjectName'],
  ['XMP-photoshop:AuthorsPosition', 'IPTC:By-lineTitle'],
  ['XMP-photoshop:CaptionWriter', 'IPTC:Writer-Editor'],
  ['XMP-photoshop:City', 'IPTC:City'],
  ['XMP-photoshop:State', 'IPTC:Province-State'],
  ['XMP-photoshop:Country', 'IPTC:Country-PrimaryLocationName'],
  ['XMP-photoshop:Credit', 'IPTC:Credit'],
  ['XMP-photoshop:Headline', 'IPTC:Headline'],
  ['XMP-photoshop:Instructions', 'IPTC:SpecialInstructions'],
  ['XMP-photoshop:Source', 'IPTC:Source'],
  ['XMP-iptcCore:CountryCode', 'IPTC:Country-PrimaryLocationCode'],
  ['XMP-photoshop:Urgency', 'IPTC:Urgency'],
  ['XMP-photoshop:Category', 'IPTC:Category'],
  ['XMP-photoshop:SupplementalCategories', 'IPTC:SupplementalCategories'],
  ['XMP-iptcCore:Location', 'IPTC:Sub-location'],
  ['XMP-photoshop:TransmissionReference', 'IPTC:OriginalTransmissionReference'],
  ['XMP-dc:Description', camerasWords],
  ['XMP-dc:Rights', 'EXIF:Copyright'],
  ['XMP-dc:Creator', 'EXIF:Artist'],
  ['XMP-dc:Title', 'EXIF:XPTitle'],
  ['XMP-xmp:Rating', 'EXIF:Rating'],
  ['XMP-exif:UserComment', 'EXIF:UserComment'],
];

/** Of those fields. */
export const listFields: ReadonlySet<string> = new Set([
  ...['XMP-dc:Creator', 'XMP-dc:Subject', 'XMP-photoshop:SupplementalCategories'],
]);
