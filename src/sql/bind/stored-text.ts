/**
 * Trees of text that is stored in definitions (views, defaults, checks): their places are not places of the statement, so
 * they are taken out before they are bound.
 */

/** A copy of a parsed tree without places. */
export function withoutPlaces<T>(tree: T): T {
  if (Array.isArray(tree)) return tree.map(withoutPlaces) as T
  if (typeof tree !== 'object' || tree === null) return tree
  const copy: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(tree)) {
    copy[name] = name === 'at' && typeof value === 'number' ? -1 : withoutPlaces(value)
  }
  return copy as T
}
