/** Values by names that somebody else chooses. */

/** What an object has under that name of its own: not what all objects have, like `constructor`. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
