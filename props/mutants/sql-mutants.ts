/** Mistakes in what is above the store: they show only where SQL is used, or typed tables are. */

import type { Mutant } from './mutant.ts'

const HOST = 'src/database/sql-host.ts'

export const SQL_MUTANTS: readonly Mutant[] = [
  {
    name: 'statement-not-synced',
    law: 'what a statement of SQL has committed is durable when it returns',
    edits: [
      {
        file: HOST,
        text: 'commit: () => store.commit(transaction, durability()),',
        replacement: "commit: () => store.commit(transaction, durability() && 'none'),",
      },
    ],
  },
  {
    name: 'temporary-tables-not-swept',
    law: 'what was temporary is gone with the process, also with one that died',
    edits: [
      {
        file: HOST,
        text: 'if (engineOf(catalog).isFirstSession()) session.sweep()',
        replacement: 'engineOf(catalog).isFirstSession()',
      },
    ],
  },
  {
    name: 'unique-entry-not-told-of-the-new-key',
    law: 'an index holds what is made of its rows: the entry of a unique one names the key that its row has now',
    edits: [
      {
        file: 'src/table/index-maintenance.ts',
        text: 'const isStale = isMoved && codec.isUnique && added.at > 0',
        replacement: 'const isStale = isMoved && codec.isUnique && added.at < 0',
      },
    ],
  },
]
