/** A picture of a person or an inbox is made small by the server; a photograph fits. */
export const PICTURE_BYTES_MAX = 5 * 1024 * 1024;
