/**
 * Schemas of validation libraries (zod, valibot, arktype and others that keep to Standard Schema, standardschema.dev, version 1)
 * as part of a definition: what is written through the typed table is what they make of it.
 */

import { CoppiceError } from '../base/errors.ts'
import { preview } from './place.ts'

/** What a library's schema looks like; types alone, nothing of it is imported. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
  }
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Gives what a schema makes of a value. */
export type Validate = (value: unknown) => unknown

/**
 * The function that holds values of `table` to `schema`.
 * @throws CoppiceError INVALID_DEFINITION when it is none. The function throws INVALID_VALUE with what is wrong and where, and
 * ASYNC_FUNCTION when the schema answers by a promise.
 */
export function validatorOf(schema: StandardSchema, table: string): Validate {
  const standard: Partial<StandardSchema['~standard']> | undefined = schema?.['~standard']
  if (standard?.version !== 1 || typeof standard.validate !== 'function') {
    throw new CoppiceError(
      'INVALID_DEFINITION',
      `table '${table}', schema: expected a schema of zod, valibot, arktype or another that keeps to Standard Schema 1, given ${preview(schema)}`,
      { table },
    )
  }
  const { validate } = schema['~standard']
  return value => {
    const result = validate(value)
    if (result instanceof Promise) {
      // Its own failure is not the point any more, and must not end the process.
      result.catch(() => {})
      throw new CoppiceError(
        'ASYNC_FUNCTION',
        `table '${table}': its schema validates asynchronously, and a transaction cannot wait`,
        { table },
      )
    }
    if (result.issues !== undefined) refuse(table, value, result.issues)
    return result.value
  }
}

function refuse(table: string, value: unknown, issues: readonly SchemaIssue[]): never {
  const [first] = issues
  const path = pathOf(first)
  const column = first?.path === undefined ? undefined : String(keyOf(first.path[0] ?? ''))
  const all = issues.map(issue => [pathOf(issue), issue.message].filter(part => part !== '').join(': '))
  throw new CoppiceError('INVALID_VALUE', `table '${table}', its schema says: ${all.join('; ')}`, {
    table,
    expected: first?.message ?? 'what the schema describes',
    given: preview(valueAt(value, first)),
    ...(column === undefined || column === '' || path === '' ? {} : { column }),
  })
}

type PathPart = NonNullable<SchemaIssue['path']>[number]
const keyOf = (part: PathPart): PropertyKey => (typeof part === 'object' ? part.key : part)
const pathOf = (issue: SchemaIssue | undefined): string =>
  (issue?.path ?? []).map(part => String(keyOf(part))).join('.')

/** What is wrong, as far as it can be looked up without running code of the value. */
function valueAt(value: unknown, issue: SchemaIssue | undefined): unknown {
  let current = value
  for (const part of issue?.path ?? []) {
    if (typeof current !== 'object' || current === null) return undefined
    const own = Object.getOwnPropertyDescriptor(current, keyOf(part))
    if (own === undefined || !('value' in own)) return undefined
    current = own.value
  }
  return current
}
