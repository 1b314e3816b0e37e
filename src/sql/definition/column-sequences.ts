/** The sequences that go with a column when ALTER TABLE drops it, with what else needs them. */

import { CatalogEditor } from '../catalog/editor.ts'
import type { SequenceSchema, TableSchema } from '../catalog/schema.ts'
import { dropUsers } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { type SequenceUser, usersOf, withoutDefault } from './sequence-users.ts'
import type { TableDraft } from './table-draft.ts'

/** @param allow is asked for each that needs such a sequence besides the column, and throws when it must not go */
export function dropSequencesOf(
  draft: TableDraft,
  table: TableSchema,
  attributeNumber: number,
  environment: DefinitionEnvironment,
  allow: (user: SequenceUser) => void,
): void {
  const editor = new CatalogEditor(environment.unit.tables)
  const isOfColumn = (user: SequenceUser): boolean =>
    user.kind === 'default' &&
    user.table.oid === table.oid &&
    user.table.columns[user.column].attributeNumber === attributeNumber
  for (const sequence of environment.state.allRelations()) {
    if (sequence.kind !== 'sequence' || !isOwned(sequence, table, attributeNumber)) continue
    // DROP IDENTITY of the same statement may have been quicker.
    if (editor.get('sequence', sequence.oid) === undefined) continue
    const users = usersOf(sequence, environment).filter(user => !isOfColumn(user))
    users.forEach(allow)
    const others = users.filter(user => !dropFrom(draft, table, user))
    if (others.length > 0) dropUsers(others, environment)
    editor.remove('sequence', sequence.oid)
  }
}

function isOwned({ ownedBy }: SequenceSchema, table: TableSchema, attributeNumber: number): boolean {
  return ownedBy?.tableOid === table.oid && ownedBy.attributeNumber === attributeNumber
}

/** What the table itself has goes from its draft. @returns false: it is another one's */
function dropFrom(draft: TableDraft, table: TableSchema, user: SequenceUser): boolean {
  if (!('table' in user) || user.table.oid !== table.oid) return false
  if (user.kind === 'default') {
    const { attributeNumber } = table.columns[user.column]
    draft.columns = draft.columns.map(one =>
      one.attributeNumber === attributeNumber ? withoutDefault(one) : one,
    )
  } else {
    const { oid } = table.constraints[user.constraint]
    draft.constraints = draft.constraints.filter(one => one.oid !== oid)
  }
  return true
}
