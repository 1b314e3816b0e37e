/** Records of a file of CSV: null is nothing, "" is the empty text. */

import { plural } from '../output/quantities.ts'
import type { Cell } from '../output/result.ts'
import { type CsvProblem, type CsvRecord, CsvSplitter } from './csv-splitter.ts'
import type { BadRecord, RecordReader, SourceRecord } from './records.ts'
import type { TextSource } from './text-source.ts'

export interface CsvOptions {
  /** Undefined: found out from the first line. */
  readonly delimiter: string | undefined
  readonly hasHeader: boolean
  readonly nullText: string
  /** What is in quotes can be null, too. */
  readonly nullInQuotes: boolean
}

export class CsvReader implements RecordReader {
  readonly columns: string[] = []
  readonly bytesRead: () => number
  private readonly source: TextSource
  private readonly options: CsvOptions

  constructor(source: TextSource, options: CsvOptions) {
    this.source = source
    this.options = options
    this.bytesRead = source.bytesRead
  }

  async *records(): AsyncGenerator<readonly (SourceRecord | BadRecord)[]> {
    let splitter: CsvSplitter | undefined
    let text = ''
    for await (const piece of this.source.pieces()) {
      text += piece
      // The delimiter is found in the first line.
      if (splitter === undefined && !/[\r\n]/.test(text)) continue
      splitter ??= this.splitter(text)
      const batch = this.batch(splitter.push(text, false))
      text = ''
      if (batch.length > 0) yield batch
    }
    splitter ??= this.splitter(text)
    const batch = this.batch(splitter.push(text, true))
    if (batch.length > 0) yield batch
  }

  private splitter(text: string): CsvSplitter {
    return new CsvSplitter(this.options.delimiter ?? likelyDelimiter(text), likelyLineEnd(text))
  }

  private batch(found: readonly (CsvRecord | CsvProblem)[]): (SourceRecord | BadRecord)[] {
    const batch: (SourceRecord | BadRecord)[] = []
    for (const one of found) {
      if ('problem' in one) batch.push(one)
      else if (this.columns.length > 0) batch.push(this.record(one))
      else {
        this.name(one.values)
        if (!this.options.hasHeader) batch.push(this.record(one))
      }
    }
    return batch
  }

  private name(values: readonly string[]): void {
    const { hasHeader } = this.options
    const names = values.map((value, i) => (hasHeader ? value.trim() : '') || `column${i + 1}`)
    this.columns.push(...withoutTwins(names))
  }

  private record({ line, quoted, values }: CsvRecord): SourceRecord | BadRecord {
    const { nullInQuotes, nullText } = this.options
    if (values.length !== this.columns.length) {
      return { line, problem: `it has ${plural(values.length, 'value')}, not ${this.columns.length}` }
    }
    const cells: Cell[] = values.map((value, i) =>
      value === nullText && (!quoted[i] || nullInQuotes) ? null : value,
    )
    return { line, values: cells }
  }
}

const DELIMITERS = [',', ';', '\t', '|']

/** The one that the first line has most often outside of quotes. */
function likelyDelimiter(text: string): string {
  const line = text.replace(/"(?:[^"]|"")*"/g, '').split(/[\r\n]/, 1)[0]
  const counts = DELIMITERS.map(delimiter => line.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))]
}

/**
 * Lines end by a carriage return alone in files of old programs: where there is no other end outside of quotes. Of the last
 * character nobody knows yet what follows.
 */
function likelyLineEnd(text: string): '\n' | '\r' {
  const plain = text.replace(/"(?:[^"]|"")*("|$)/g, '')
  return !plain.includes('\n') && /\r(?!$)/.test(plain) ? '\r' : '\n'
}

/** The second of a name is `name_2`. */
function withoutTwins(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.map(name => {
    let unique = name
    for (let count = 2; seen.has(unique); count++) unique = `${name}_${count}`
    seen.add(unique)
    return unique
  })
}
