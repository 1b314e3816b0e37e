/** Names as `\d` takes them: `users`, `public.*`, `"Mixed Case"`, with `*` and `?` for what one does not know. */

export interface NamePattern {
  /** A regular expression over the whole name; undefined: any schema that is looked through. */
  readonly schema: string | undefined
  readonly name: string
}

export function patternOf(text: string): NamePattern {
  const parts: string[] = ['']
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      if (isQuoted && text[at + 1] === '"') parts[parts.length - 1] += text[at++]
      else isQuoted = !isQuoted
    } else if (character === '.' && !isQuoted) parts.push('')
    else parts[parts.length - 1] += isQuoted ? escaped(character) : wild(character)
  }
  const name = parts.pop()!
  return { schema: parts.length === 0 ? undefined : parts.join('\\.'), name: name === '' ? '.*' : name }
}

function wild(character: string): string {
  if (character === '*') return '.*'
  return character === '?' ? '.' : escaped(character.toLowerCase())
}

function escaped(character: string): string {
  return /[$.*+?^()|[\]{}\\]/.test(character) ? `\\${character}` : character
}

/** A condition of SQL that a name fits; without a schema what is seen without one, without a name what is not the system's own. */
export function condition(
  pattern: string | undefined,
  schema: string,
  name: string,
  isVisible: string,
  withSystem = false,
): string {
  if (pattern === undefined && withSystem) return isVisible
  if (pattern === undefined) return `${isVisible} and ${schema} not in ('pg_catalog', 'information_schema')`
  const wanted = patternOf(pattern)
  const ofName = `${name} ~ ${literal(`^(${wanted.name})$`)}`
  if (wanted.schema === undefined) return `${ofName} and ${isVisible}`
  return `${ofName} and ${schema} ~ ${literal(`^(${wanted.schema})$`)}`
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
