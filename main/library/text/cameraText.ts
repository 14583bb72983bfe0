/** @file What cameras, phones and programs write by themselves where a person's words belong. Pure; any process. */

const cameraWords =
  /^(?:olympus digital camera|sony dsc|(?:konica )?minolta digital camera|samsung(?: camera pictures)?|digital camera|exif_jpeg_picture|dcim\\?.*|default|binary comment|jpeg_t422|dcf \d\.\d|<digimax [^<>]*>)$/i;
/** `GE DIGITAL CAMERA`, `SANYO DIGITAL CAMERA`: in capital letters, as nobody writes about a camera. */
const makersWords = /^(?:[A-Z\d.,&-]+ ){0,4}DIGITAL CAMERA$/;

/** Names, settings and data of programs that write TIFF. */
const programWords = /^(?:file written by adobe photoshop\b|kofax pdf filter\b|imagej=|\{"shape":|<\?xml\b|<ome\b)/i;

/** What stands there before anybody said who owns a camera: `(C) by Caplio RR1 User`, `COPYRIGHT, 2005`. */
const ownerWords = /^(?:\(c\) by \S.* user|copyright, \d{4}|unknown)$/i;

/** In the place of a description. */
export function isCameraText(text: string): boolean {
  return cameraWords.test(text) || makersWords.test(text);
}

/** The same of programs that keep data of their own there. */
export function isProgramText(text: string): boolean {
  return programWords.test(text);
}

/** In the place of a creator or a copyright. */
export function isCameraOwner(text: string): boolean {
  return ownerWords.test(text) || makersWords.test(text);
}
