/** What the benchmark asks of an engine, the same of each. */

export type EngineName = 'coppice' | 'better-sqlite3' | 'pglite'
export const ENGINE_NAMES: readonly EngineName[] = ['coppice', 'better-sqlite3', 'pglite']

export type Row = Record<string, unknown>
export type Value = number | string

/** A statement that is run as often as wanted. Synchronous where the engine is; awaiting costs a thousand times more. */
export interface Statement {
  all(values: readonly Value[]): Row[] | Promise<Row[]>
  /** The only row; undefined when there is none. */
  get(values: readonly Value[]): Row | undefined | Promise<Row | undefined>
  run(values: readonly Value[]): unknown
}

export interface Engine {
  /** Name and version. */
  readonly label: string
  /** Makes both tables and the index, with `count` items. */
  load(count: number): Promise<void>
  /** With `$1`, `$2` … for values. */
  prepare(text: string): Statement
  /** In one transaction. Whatever `work` gives back is awaited only when it is a promise. */
  transaction(work: () => unknown): unknown
  close(): unknown
}
