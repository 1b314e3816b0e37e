/** Maps and multimaps as rows: the parts of the key, then those of the value. */

import type { ByteRange } from '../../table/range.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import type { AnyMapTable } from '../storage/any-table.ts'
import { columnStorage } from '../storage/column-storage.ts'
import type { RegisterFile } from './registers.ts'
import type { StoredCursor } from './scans.ts'

export class MapCursor implements StoredCursor {
  private readonly table: AnyMapTable
  private readonly readers: readonly {
    readonly read: (key: Value, value: Value) => Value
    readonly register: number
  }[]
  private entries: Iterator<[Value, Value]> | undefined

  constructor(
    table: AnyMapTable,
    schema: TableSchema,
    wanted: readonly { readonly column: number; readonly register: number }[],
  ) {
    this.table = table
    this.readers = wanted.map(({ column, register }) => {
      const { storedName, type, storedNode } = schema.columns[column]
      const part = partOf(storedName)
      const { fromStored } = columnStorage(type, storedNode)
      return {
        register,
        read: (key, value) => {
          const stored = part(key, value)
          return stored === null || stored === undefined
            ? null
            : fromStored === undefined
              ? stored
              : fromStored(stored)
        },
      }
    })
  }

  open(_range: ByteRange): void {
    this.entries = (this.table.range() as Iterable<[Value, Value]>)[Symbol.iterator]()
  }
  next(registers: RegisterFile): boolean {
    const step = this.entries?.next()
    if (step === undefined || step.done) return false
    const [key, value] = step.value
    for (const { read, register } of this.readers) registers[register] = read(key, value)
    return true
  }
  readAt(rank: number, registers: RegisterFile): boolean {
    this.close()
    this.entries = (this.table.range({ offset: rank, limit: 1 }) as Iterable<[Value, Value]>)[
      Symbol.iterator
    ]()
    const isFound = this.next(registers)
    this.close()
    return isFound
  }
  close(): void {
    this.entries?.return?.()
    this.entries = undefined
  }
}

/** `key`, `value`, or a part of either: `key.0`, `value.name`. */
function partOf(storedName: string): (key: Value, value: Value) => Value {
  const [side, ...path] = storedName.split('.')
  const part = path.join('.')
  const of = (whole: Value): Value => (part === '' ? whole : whole?.[part])
  return side === 'key' ? key => of(key) : (_, value) => of(value)
}
