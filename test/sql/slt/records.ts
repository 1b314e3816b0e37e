/**
 * A file of sqllogictest, read: https://sqlite.org/sqllogictest/doc/trunk/about.wiki. Records are separated by empty
 * lines; lines `onlyif NAME` and `skipif NAME` before a record say for which databases it is.
 */

export type SortMode = 'nosort' | 'rowsort' | 'valuesort'

interface Head {
  /** The line in the file, from 1, on which the record begins. */
  readonly line: number
}

export type SltRecord =
  | (Head & { readonly kind: 'statement'; readonly text: string; readonly isError: boolean })
  | (Head & {
      readonly kind: 'query'
      readonly text: string
      /** A letter for each column: I(nteger), R(eal), T(ext). */
      readonly types: string
      readonly sort: SortMode
      /** Queries with one label have one result. */
      readonly label: string | undefined
      readonly expected: readonly string[]
    })
  /** Results of more values than that are given as a hash. 0: none are. */
  | (Head & { readonly kind: 'hash threshold'; readonly values: number })
  /** A record that is not for this database. */
  | (Head & { readonly kind: 'skipped' })

const SORT_MODES: readonly string[] = ['nosort', 'rowsort', 'valuesort']

/** The records of a file that are for `database`, up to its `halt`. */
export function parseRecords(file: string, database: string): readonly SltRecord[] {
  const records: SltRecord[] = []
  const lines = file.split(/\r?\n/)
  let at = 0
  while (at < lines.length) {
    while (at < lines.length && isBlank(lines[at]!)) at++
    const block: string[] = []
    let line = at + 1
    // Comments and conditions stand before what they are about.
    let isFor = true
    while (at < lines.length && !isBlank(lines[at]!)) {
      const text = lines[at]!
      const [word, name] = text.split(/\s+/)
      if (block.length === 0 && (word === 'onlyif' || word === 'skipif')) {
        isFor &&= (word === 'onlyif') === (name === database)
      } else if (block.length > 0 || !text.startsWith('#')) {
        if (block.length === 0) line = at + 1
        block.push(text)
      }
      at++
    }
    if (block.length === 0) continue
    if (!isFor) records.push({ kind: 'skipped', line })
    else if (block[0]!.startsWith('halt')) return records
    else records.push(recordOf(block, line))
  }
  return records
}

function isBlank(line: string): boolean {
  return line.trim() === ''
}

function recordOf(block: readonly string[], line: number): SltRecord {
  const [head, ...body] = block
  const [kind, argument, sort, label] = head!.trim().split(/\s+/)
  switch (kind) {
    case 'statement':
      if (argument !== 'ok' && argument !== 'error') break
      return { kind: 'statement', line, text: body.join('\n'), isError: argument === 'error' }
    case 'query': {
      if (argument === undefined || !/^[IRT]+$/.test(argument)) break
      if (sort !== undefined && !SORT_MODES.includes(sort)) break
      const end = body.indexOf('----')
      return {
        kind: 'query',
        line,
        text: (end < 0 ? body : body.slice(0, end)).join('\n'),
        types: argument,
        sort: (sort ?? 'nosort') as SortMode,
        label,
        expected: end < 0 ? [] : body.slice(end + 1),
      }
    }
    case 'hash-threshold':
      return { kind: 'hash threshold', line, values: Number(argument) }
    default:
  }
  throw new Error(`line ${line}: not a record of sqllogictest: ${head}`)
}
