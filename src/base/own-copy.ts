/** Texts that outlive what they were cut out of. */

/** The same text in memory of its own: a part of a text holds all of it. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString()
}
