import type { Database } from '../../../src/index.ts'

/** The plan of a query, without costs. */
export function explained(db: Database, text: string): string {
  return db
    .query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`)
    .map(row => row['QUERY PLAN'])
    .join('\n')
}
