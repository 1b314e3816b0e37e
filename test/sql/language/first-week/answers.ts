/** What a statement answers, as text: columns with their builtin types, rows, or the error with its place. */

export interface TextAnswer {
  readonly text: string
  readonly columns?: readonly string[]
  readonly rows?: readonly (readonly (string | null)[])[]
  readonly sqlstate?: string
  readonly message?: string
  /** Undefined also where PostgreSQL says none: ours may know one. */
  readonly position?: number
}

/** Types of the database's own have other oids in PostgreSQL. */
const OWN_OIDS_FROM = 12_000

export function columnText(name: string, oid: number): string {
  return `${name}: ${oid >= OWN_OIDS_FROM ? 'own' : oid}`
}

export const STATEMENTS = new URL('statements.sql', import.meta.url)
export const ANSWERS = new URL('answers.jsonl', import.meta.url)
