/** @file What cameras and phones write by themselves where a person's description belongs. Pure; any process. */

const cameraWords =
  /^(?:olympus digital camera|sony dsc|(?:konica )?minolta digital camera|samsung(?: camera pictures)?|digital camera|exif_jpeg_picture|dcim\\?.*|default|binary comment|jpeg_t422)$/i;

export function isCameraText(text: string): boolean {
  return cameraWords.test(text);
}
