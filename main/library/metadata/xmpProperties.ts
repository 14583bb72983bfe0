/** @file The properties that an XMP packet gives its picture. Pure; any process. */
import { NotPlain } from './notPlain.ts';
import { parseXmp, rdf, type XmpElement, type XmpName } from './xmpTree.ts';

/** One that is written as an attribute comes as an element with that text. @throws NotPlain */
export function propertiesOf(packet: Uint8Array): XmpElement[] {
  return descriptionsIn(parseXmp(packet)).flatMap(({ attributes, children, text }) => {
    if (text.trim() !== '' || children.some(({ uri }) => uri === rdf)) throw new NotPlain();
    const written = attributes.filter(({ uri, local }) => {
      // Without a namespace: as an old `about` without its prefix.
      if (uri === '' || (uri === rdf && local !== 'about')) throw new NotPlain();
      return uri !== rdf;
    });
    return [
      ...written.map((attribute) => ({ ...attribute, attributes: [], children: [], text: attribute.value })),
      ...children,
    ];
  });
}

function descriptionsIn(root: XmpElement): readonly XmpElement[] {
  const isPacket = root.uri === 'adobe:ns:meta/' && (root.local === 'xmpmeta' || root.local === 'xapmeta');
  const [top, ...others] = isPacket ? root.children : [root];
  if (top === undefined || others.length > 0 || !isRdf(top, 'RDF')) throw new NotPlain();
  if (!top.children.every((child) => isRdf(child, 'Description'))) throw new NotPlain();
  return top.children;
}

function isRdf({ uri, local }: XmpName, name: string): boolean {
  return uri === rdf && local === name;
}

/** By which ExifTool takes a file for XMP. */
const plainBeginning = /^(?:<\?xml [^<>]*\?>\s*)?<(?:\?xpacket |x:xmpmeta\s)/;

/** Whether a file that begins so is XMP to every program. */
export function beginsAsXmp(file: Uint8Array): boolean {
  return plainBeginning.test(
    Buffer.from(file.buffer, file.byteOffset, Math.min(file.byteLength, 256)).toString('latin1'),
  );
}
