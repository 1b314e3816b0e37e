/** jsonb_path_query and its kind, and the operators @? and @@. */

import { SqlError } from '../errors.ts'
import { isJsonObject, Jsonb } from '../types/jsonb.ts'
import type { JsonPath } from '../types/jsonpath.ts'
import { BOOL, JSONB, JSONPATH } from '../types/type.ts'
import { scalar, setReturning } from './definitions.ts'
import { type Item, itemValue, PathError, pathItems } from './jsonpath-evaluate.ts'
import type { EvaluationContext, ScalarFunction, SqlFunction } from './registry.ts'

type Context = EvaluationContext

function itemsOf(
  json: Jsonb,
  path: JsonPath,
  variables: Jsonb,
  usesZone: boolean,
  context: Context,
): Iterable<Item> {
  if (!isJsonObject(variables.value)) {
    throw new SqlError('22023', '"vars" argument is not an object', {
      detail: 'Jsonpath parameters should be encoded as key-value pairs of "vars" object.',
    })
  }
  return pathItems({ path, root: json.value, variables: variables.value, usesZone, context })
}
/** `whenSilenced` instead of an error of the data. */
function quietly<T>(isSilent: boolean, ask: () => T, whenSilenced: T): T {
  try {
    return ask()
  } catch (error) {
    if (isSilent && error instanceof PathError) return whenSilenced
    throw error
  }
}

type Ask<T> = (json: Jsonb, path: JsonPath, variables: Jsonb, isSilent: boolean, context: Context) => T

function exists(usesZone: boolean): Ask<boolean | null> {
  return (json, path, variables, isSilent, context) =>
    quietly(
      isSilent,
      () => {
        let isFound = false
        for (const _ of itemsOf(json, path, variables, usesZone, context)) {
          // In strict mode every item must be well formed.
          if (path.isLax) return true
          isFound = true
        }
        return isFound
      },
      null,
    )
}
function match(usesZone: boolean): Ask<boolean | null> {
  return (json, path, variables, isSilent, context) =>
    quietly(
      isSilent,
      () => {
        const found = [...itemsOf(json, path, variables, usesZone, context)]
        const only = found[0]
        if (found.length === 1 && (typeof only === 'boolean' || only === null)) return only
        throw new PathError('22038', 'single boolean result is expected')
      },
      null,
    )
}
function all(usesZone: boolean): Ask<Jsonb[]> {
  return (json, path, variables, isSilent, context) =>
    quietly(
      isSilent,
      () => Array.from(itemsOf(json, path, variables, usesZone, context), item => new Jsonb(itemValue(item))),
      [],
    )
}
function array(usesZone: boolean): Ask<Jsonb> {
  const every = all(usesZone)
  return (json, path, variables, isSilent, context) =>
    new Jsonb(every(json, path, variables, isSilent, context).map(item => item.value))
}
function first(usesZone: boolean): Ask<Jsonb | null> {
  const every = all(usesZone)
  return (json, path, variables, isSilent, context) =>
    every(json, path, variables, isSilent, context)[0] ?? null
}

const NO_VARIABLES = new Jsonb(new Map())
const SIGNATURE = [JSONB, JSONPATH, JSONB, BOOL]
const OPTIONS = {
  argumentNames: ['target', 'path', 'vars', 'silent'],
  defaults: [NO_VARIABLES, false],
}
const STABLE = { volatility: 'stable' } as const

export const JSONPATH_OPERATORS: readonly ScalarFunction[] = [
  scalar('@?', [JSONB, JSONPATH], BOOL, (json, path, context) =>
    exists(false)(json, path, NO_VARIABLES, true, context),
  ),
  scalar('@@', [JSONB, JSONPATH], BOOL, (json, path, context) =>
    match(false)(json, path, NO_VARIABLES, true, context),
  ),
]

export const JSONPATH_FUNCTIONS: readonly SqlFunction[] = [false, true].flatMap((usesZone): SqlFunction[] => {
  const suffix = usesZone ? '_tz' : ''
  const options = usesZone ? { ...OPTIONS, ...STABLE } : OPTIONS
  const every = all(usesZone)
  return [
    scalar(`jsonb_path_exists${suffix}`, SIGNATURE, BOOL, exists(usesZone), options),
    scalar(`jsonb_path_match${suffix}`, SIGNATURE, BOOL, match(usesZone), options),
    scalar(`jsonb_path_query_array${suffix}`, SIGNATURE, JSONB, array(usesZone), options),
    scalar(`jsonb_path_query_first${suffix}`, SIGNATURE, JSONB, first(usesZone), options),
    setReturning(`jsonb_path_query${suffix}`, SIGNATURE, JSONB, () => every, options),
  ]
})
