/** Pieces of INSERT statements whose values are parameters that are texts. */

/** A parameter of a column's type. A text for a parameter of JSON would be taken for a string of JSON. */
export function jsonCast(parameter: string, type: string): string {
  return /^jsonb?(\[\])?$/.test(type) ? `${parameter}::text::${type}` : parameter
}
