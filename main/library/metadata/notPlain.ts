/** @file How the readers of plain metadata give up. Pure. */

/** Thrown and caught within a reader: what is there is not of the plain kind, and ExifTool is asked instead. */
export class NotPlain extends Error {}
