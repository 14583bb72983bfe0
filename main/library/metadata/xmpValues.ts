/** @file The values that a property of XMP can have, in the forms in which RDF writes them. Pure; any process. */
import { NotPlain } from './notPlain.ts';
import { rdf, type XmpAttribute, type XmpElement } from './xmpTree.ts';

const xml = 'http://www.w3.org/XML/1998/namespace';
const regions = 'http://www.metadataworkinggroup.com/schemas/regions/';
const area = 'http://ns.adobe.com/xmp/sType/Area#';
const dimensions = 'http://ns.adobe.com/xap/1.0/sType/Dimensions#';
const microsoftRegions = 'http://ns.microsoft.com/photo/1.2/t/RegionInfo#';
const microsoftRegion = 'http://ns.microsoft.com/photo/1.2/t/Region#';
const iptcExtension = 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/';

/** The parts of structures that are read, with the namespaces that they are of. */
const parts: Readonly<Record<string, readonly string[]>> = {
  ...ofNamespaces(['AppliedToDimensions', 'RegionList', 'Area', 'Name', 'Type'], [regions]),
  ...ofNamespaces(['x', 'y'], [area]),
  ...ofNamespaces(['w', 'h', 'unit'], [area, dimensions]),
  ...ofNamespaces(['Regions'], [microsoftRegions]),
  ...ofNamespaces(['PersonDisplayName', 'Rectangle'], [microsoftRegion]),
  ...ofNamespaces(['City', 'CountryCode', 'CountryName', 'ProvinceState', 'Sublocation'], [iptcExtension]),
};
const partNames: ReadonlySet<string> = new Set(Object.keys(parts).map((name) => name.toLowerCase()));

function ofNamespaces(names: readonly string[], uris: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, uris]));
}

/** A text without anything around it. @throws NotPlain */
export function simpleText({ attributes, children, text }: XmpElement): string {
  if (attributes.length > 0 || children.length > 0) throw new NotPlain();
  return soundText(text);
}

/** @throws NotPlain for what ExifTool may take for something else */
export function soundText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f\ufffd]/.test(text)) throw new NotPlain();
  return text;
}

/** A list of texts, or the one that stands in its place. @throws NotPlain */
export function textList(element: XmpElement): string[] {
  const items = itemsIn(element, ['Bag', 'Seq']);
  if (items === undefined) return [simpleText(element)];
  return items.map((item) => {
    const text = simpleText(item);
    if (text.trim() === '') throw new NotPlain();
    return text;
  });
}

/**
 * A text in several languages: by the language, and by an empty name for the default one.
 * @throws NotPlain
 */
export function languageTexts(element: XmpElement): ReadonlyMap<string, string> {
  const items = itemsIn(element, ['Alt']);
  if (items === undefined) return new Map([['', simpleText(element)]]);
  const texts = new Map<string, string>();
  for (const { attributes, children, text } of items) {
    const [language, ...others] = attributes;
    if (language?.uri !== xml || language.local !== 'lang' || others.length > 0 || children.length > 0) {
      throw new NotPlain();
    }
    const name = language.value === 'x-default' ? '' : language.value;
    if (texts.has(name) || !/^(?:[a-z]{2,3}(?:-[A-Z]{2})?)?$/.test(name)) throw new NotPlain();
    texts.set(name, soundText(text));
  }
  // Which of them is the first, only ExifTool knows.
  if (texts.size > 1 && !texts.has('')) throw new NotPlain();
  return texts;
}

/** Structures of a list, or the one that stands in its place. @throws NotPlain */
export function structList(element: XmpElement): Readonly<Record<string, unknown>>[] {
  return itemsIn(element, ['Bag', 'Seq'])?.map(struct) ?? [struct(element)];
}

/** The parts that are read, under ExifTool's names of them. @throws NotPlain */
export function struct(element: XmpElement): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const take = (name: string, value: unknown) => {
    if (name in found) throw new NotPlain();
    found[name] = value;
  };
  const holder = fieldsHolder(element);
  for (const attribute of fieldAttributes(holder)) {
    if (isPart(attribute)) take(partName(attribute.local), soundText(attribute.value));
  }
  for (const child of holder.children) {
    if (isPart(child)) take(partName(child.local), partValue(child));
  }
  return found;
}

function partValue(element: XmpElement): unknown {
  if (element.attributes.length === 0 && element.children.length === 0) {
    const text = soundText(element.text);
    // Which ExifTool would divide.
    if (/^\s*-?\d+\/-?\d+\s*$/.test(text)) throw new NotPlain();
    return text;
  }
  if (itemsIn(element, ['Bag', 'Seq']) !== undefined) return structList(element);
  if (itemsIn(element, ['Alt']) === undefined) return struct(element);
  const texts = languageTexts(element);
  if (texts.size !== 1) throw new NotPlain();
  return texts.get('');
}

/** The element itself where it is written as a resource or with attributes, else the description in it. */
function fieldsHolder(element: XmpElement): XmpElement {
  if (element.text.trim() !== '') throw new NotPlain();
  const [only, ...others] = element.children;
  if (only?.uri !== rdf) return element;
  const isDescription = only.local === 'Description' && others.length === 0 && element.attributes.length === 0;
  if (!isDescription || only.text.trim() !== '') throw new NotPlain();
  return only;
}

function fieldAttributes({ attributes, children }: XmpElement): readonly XmpAttribute[] {
  const fields = attributes.filter(({ uri, local, value }) => {
    if (uri === rdf && local === 'parseType' && value === 'Resource') return false;
    if (uri === rdf || uri === xml || uri === '') throw new NotPlain();
    return true;
  });
  const isEmptied = children.some(({ uri }) => uri === rdf);
  if (isEmptied) throw new NotPlain();
  return fields;
}

/** @throws NotPlain where a part that is read stands in another namespace or another case */
function isPart({ uri, local }: { readonly uri: string; readonly local: string }): boolean {
  if (!partNames.has(local.toLowerCase())) return false;
  if (parts[local]?.includes(uri) !== true) throw new NotPlain();
  return true;
}

function partName(local: string): string {
  return local.charAt(0).toUpperCase() + local.slice(1);
}

/** Undefined where the element holds no such list. @throws NotPlain for a list that is an odd one */
function itemsIn(
  { attributes, children, text }: XmpElement,
  kinds: readonly string[],
): readonly XmpElement[] | undefined {
  const [list, ...others] = children;
  if (list?.uri !== rdf || !kinds.includes(list.local)) return undefined;
  const isOdd = attributes.length > 0 || others.length > 0 || list.attributes.length > 0;
  const areItems = list.children.every(({ uri, local }) => uri === rdf && local === 'li');
  if (isOdd || !areItems || text.trim() !== '' || list.text.trim() !== '') throw new NotPlain();
  return list.children;
}
