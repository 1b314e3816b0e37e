/**
 * LMDB from a program in C, without Node: what the library itself takes, as far as a program reads it where it lies
 * and copies nothing. How it is used is at the head of `native/lmdb.c`.
 */

import type { BytesStore } from '../contender.ts'
import type { Dataset } from '../dataset.ts'
import { compiled, NativeProgram, versionOf } from '../native-program.ts'

const program = compiled('lmdb', 'lmdb', 'liblmdb-dev')

export const label = `LMDB in C ${versionOf(program)}`
export const hasNoEventLoop = true

export function openBytes(directory: string, dataset: Dataset): Promise<BytesStore> {
  return NativeProgram.open(program, `${directory}/data`, dataset)
}
