/** CREATE SEQUENCE and ALTER SEQUENCE. */

import { CatalogEditor } from '../catalog/editor.ts'
import type { StoredSequence } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import type { AlterSequence, CreateSequence, SequenceOption, TypeName } from '../syntax/tree.ts'
import { INT2, INT4, INT8, type SqlType } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findRelation, newName, type ObjectName, requireColumn, requireTable } from './names.ts'
import { regclassText, typeNamed } from './stored-names.ts'

const LIMITS = new Map<SqlType, bigint>([
  [INT2, 2n ** 15n],
  [INT4, 2n ** 31n],
  [INT8, 2n ** 63n],
])

/** A sequence as its options say. `typeOf` resolves the type of AS. @throws SqlError 22023 */
export function newSequence(
  { schema, name }: ObjectName,
  options: readonly SequenceOption[],
  typeOf: (type: TypeName) => SqlType,
  old?: StoredSequence,
  typeByOid?: (oid: number) => SqlType | undefined,
): StoredSequence {
  const find = <K extends SequenceOption['kind']>(kind: K) =>
    options.findLast((one): one is Extract<SequenceOption, { kind: K }> => one.kind === kind)
  const as = find('as')
  const type = as === undefined ? (old === undefined ? INT8 : typeByOid!(old.type)!) : typeOf(as.type)
  const limit = LIMITS.get(type)
  if (limit === undefined) throw invalid('sequence type must be smallint, integer, or bigint')
  const increment =
    (find('increment') as { value: bigint } | undefined)?.value ?? BigInt(old?.increment ?? '1')
  if (increment === 0n) throw invalid('INCREMENT must not be zero')
  const isUp = increment > 0n
  const minimumSaid = find('minvalue') as { value: bigint | undefined } | undefined
  const maximumSaid = find('maxvalue') as { value: bigint | undefined } | undefined
  // A limit that was the old type's becomes the new one's; one that somebody chose stays.
  const oldLimit = old === undefined || as === undefined ? undefined : LIMITS.get(typeByOid!(old.type)!)!
  const minimum =
    minimumSaid !== undefined || old === undefined
      ? (minimumSaid?.value ?? (isUp ? 1n : -limit))
      : oldLimit !== undefined && BigInt(old.minimum) === -oldLimit
        ? -limit
        : BigInt(old.minimum)
  const maximum =
    maximumSaid !== undefined || old === undefined
      ? (maximumSaid?.value ?? (isUp ? limit - 1n : -1n))
      : oldLimit !== undefined && BigInt(old.maximum) === oldLimit - 1n
        ? limit - 1n
        : BigInt(old.maximum)
  if (minimum < -limit)
    throw invalid(`MINVALUE (${minimum}) is out of range for sequence data type ${type.displayName}`)
  if (maximum > limit - 1n)
    throw invalid(`MAXVALUE (${maximum}) is out of range for sequence data type ${type.displayName}`)
  if (minimum >= maximum) throw invalid(`MINVALUE (${minimum}) must be less than MAXVALUE (${maximum})`)
  const start =
    (find('start') as { value: bigint } | undefined)?.value ??
    (old === undefined ? (isUp ? minimum : maximum) : BigInt(old.start))
  if (start < minimum) throw invalid(`START value (${start}) cannot be less than MINVALUE (${minimum})`)
  if (start > maximum) throw invalid(`START value (${start}) cannot be greater than MAXVALUE (${maximum})`)
  const restart = find('restart') as { value: bigint | undefined } | undefined
  const isNew = old === undefined || restart !== undefined
  const first = isNew ? (restart?.value ?? start) : BigInt(old.last)
  if (first < minimum || first > maximum) {
    const [word, side, bound] =
      first < minimum ? ['less', 'MINVALUE', minimum] : ['greater', 'MAXVALUE', maximum]
    throw invalid(`RESTART value (${first}) cannot be ${word} than ${side} (${bound})`)
  }
  const cache = (find('cache') as { value: bigint } | undefined)?.value.toString() ?? old?.cache
  if (cache !== undefined && BigInt(cache) <= 0n) throw invalid(`CACHE (${cache}) must be greater than zero`)
  return {
    schema,
    name,
    type: type.oid,
    start: start.toString(),
    increment: increment.toString(),
    minimum: minimum.toString(),
    maximum: maximum.toString(),
    isCycling: (find('cycle') as { value: boolean } | undefined)?.value ?? old?.isCycling ?? false,
    ...(cache === undefined ? {} : { cache }),
    last: isNew ? first.toString() : old.last,
    isCalled: isNew ? false : old.isCalled,
    ...(old?.ownedBy === undefined ? {} : { ownedBy: old.ownedBy }),
    ...(old?.comment === undefined ? {} : { comment: old.comment }),
  }
}

function invalid(message: string): SqlError {
  return new SqlError('22023', message)
}

function withOwner(
  sequence: StoredSequence,
  options: readonly SequenceOption[],
  environment: DefinitionEnvironment,
): StoredSequence {
  const owner = options.find(one => one.kind === 'owned by')
  if (owner === undefined || owner.kind !== 'owned by') return sequence
  const { ownedBy, ...rest } = sequence
  const before = ownedBy && environment.state.tableByOid(ownedBy.tableOid)
  const numbered = before?.columns.find(one => one.attributeNumber === ownedBy?.attributeNumber)
  if (numbered?.identity !== undefined) {
    throw new SqlError('0A000', 'cannot change ownership of identity sequence', {
      detail: `Sequence "${sequence.name}" is linked to table "${before!.name}".`,
    })
  }
  if (owner.column === undefined) return rest
  const table = requireTable(owner.column.slice(0, -1), environment)
  const column = table.columns[requireColumn(table, owner.column[owner.column.length - 1])]
  return { ...rest, ownedBy: { tableOid: table.oid, attributeNumber: column.attributeNumber } }
}

export function createSequence(statement: CreateSequence, environment: DefinitionEnvironment): void {
  const target = newName(statement.name, environment, statement.at, statement.isTemporary)
  if (environment.state.relation(target.schema, target.name) !== undefined) {
    const message = `relation "${target.name}" already exists`
    if (!statement.ifNotExists) throw new SqlError('42P07', message)
    environment.notice('42P07', `${message}, skipping`)
    return
  }
  const editor = new CatalogEditor(environment.unit.tables)
  const typeOf = (type: TypeName) => typeNamed(type, environment).type
  const sequence = newSequence(target, statement.options, typeOf)
  const oid = editor.newOid()
  environment.unit.state.sequences.make(oid)
  editor.put('sequence', oid, withOwner(sequence, statement.options, environment))
}

export function alterSequence(statement: AlterSequence, environment: DefinitionEnvironment): void {
  const relation = findRelation(statement.name, environment)
  if (relation === undefined) {
    if (statement.ifExists) return
    throw new SqlError('42P01', `relation "${statement.name.join('.')}" does not exist`)
  }
  if (relation.kind !== 'sequence') throw new SqlError('42809', `"${relation.name}" is not a sequence`)
  const editor = new CatalogEditor(environment.unit.tables)
  const old = environment.unit.state.sequences.find(relation.oid, editor)
  const typeOf = (type: TypeName) => typeNamed(type, environment).type
  const next = newSequence(relation, statement.options, typeOf, old, oid => environment.state.typeByOid(oid))
  // Who owns it is no matter of where it stands: going back behind that gives no number again.
  const setsAnew = statement.options.some(({ kind }) => kind !== 'owned by')
  if (setsAnew) environment.unit.state.sequences.setAnew(relation.oid)
  editor.put('sequence', relation.oid, withOwner(next, statement.options, environment))
}

/** The default of a serial column, as SQL. */
export function nextOf(schema: string, name: string): string {
  return `nextval('${regclassText({ schema, name }).replaceAll("'", "''")}'::regclass)`
}
