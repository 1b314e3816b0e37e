/**
 * What an SQL/JSON path finds in a value.
 *
 * Invariants:
 * 1. Items come one after another (generators): in lax mode `exists` and predicates stop at the first that decides, before
 *    a later one can fail.
 * 2. An error within a predicate makes it unknown; elsewhere it ends the path. Errors are SqlErrors; `silent` catches those
 *    of class 22 and 0A of this file's making (PathError).
 */

import { SqlError } from '../errors.ts'
import { compareText } from '../types/compare.ts'
import { isJsonArray, isJsonObject, type JsonValue, jsonObject } from '../types/jsonb.ts'
import type { JsonPath, PathNode, PathStep } from '../types/jsonpath.ts'
import { matchesPattern } from '../types/jsonpath-pattern.ts'
import { compareNumeric, Numeric } from '../types/numeric.ts'
import {
  compareDateTimes,
  type DateTimeType,
  dateTimeAs,
  dateTimeFromText,
  JsonDateTime,
} from './jsonpath-items.ts'
import type { EvaluationContext } from './registry.ts'

/** An error that `silent` and predicates pass over. */
export class PathError extends SqlError {}

export type Item = JsonValue | JsonDateTime
type Truth = true | false | null

export interface PathRun {
  readonly path: JsonPath
  readonly root: JsonValue
  readonly variables: JsonValue
  readonly usesZone: boolean
  readonly context: EvaluationContext
}

export function* pathItems(run: PathRun): Iterable<Item> {
  yield* new Evaluation(run).items(run.path.root, run.root, -1)
}
/** Outside a path, dates are strings. */
export function itemValue(item: Item): JsonValue {
  return item instanceof JsonDateTime ? item.toString() : item
}

function typeOf(item: Item): string {
  if (item === null) return 'null'
  if (item instanceof JsonDateTime) return item.typeName
  if (isJsonArray(item)) return 'array'
  if (isJsonObject(item)) return 'object'
  return item instanceof Numeric ? 'number' : typeof item
}

class Evaluation {
  private readonly run: PathRun
  private readonly isLax: boolean

  constructor(run: PathRun) {
    this.run = run
    this.isLax = run.path.isLax
  }

  /** `last`: of the innermost subscript. */
  *items(node: PathNode, current: Item, last: number): Iterable<Item> {
    switch (node.kind) {
      case 'root':
        yield this.run.root
        return
      case 'current':
        yield current
        return
      case 'last':
        yield Numeric.ofInteger(last)
        return
      case 'literal':
        yield node.value
        return
      case 'variable': {
        const { variables } = this.run
        const value = isJsonObject(variables) ? variables.get(node.name) : undefined
        // Not an error of the data: silent does not silence it.
        if (value === undefined)
          throw new SqlError('42704', `could not find jsonpath variable "${node.name}"`)
        yield value
        return
      }
      case 'path':
        for (const item of this.items(node.head, current, last))
          yield* this.steps(node.steps, 0, item, last, true)
        return
      case 'arithmetic':
        yield this.arithmetic(
          node.operator,
          this.operand(node, 'left', current, last),
          this.operand(node, 'right', current, last),
        )
        return
      case 'unary':
        for (const item of this.unwrapped(node.operand, current, last)) {
          if (!(item instanceof Numeric)) {
            throw new PathError(
              '2203B',
              `operand of unary jsonpath operator ${node.operator} is not a numeric value`,
            )
          }
          yield node.operator === '-' ? item.negate() : item
        }
        return
      default:
        yield this.truth(node, current, last)
    }
  }

  /** In lax mode arrays stand for their elements. */
  private *unwrapped(node: PathNode, current: Item, last: number): Iterable<Item> {
    for (const item of this.items(node, current, last)) {
      if (this.isLax && isArray(item)) yield* item
      else yield item
    }
  }

  private operand(
    node: PathNode & { kind: 'arithmetic' },
    side: 'left' | 'right',
    current: Item,
    last: number,
  ): Numeric {
    const found = [...this.unwrapped(node[side], current, last)]
    const only = found[0]
    if (found.length !== 1 || !(only instanceof Numeric)) {
      throw new PathError(
        '22038',
        `${side} operand of jsonpath operator ${node.operator} is not a single numeric value`,
      )
    }
    return only
  }
  private arithmetic(operator: string, left: Numeric, right: Numeric): Numeric {
    try {
      switch (operator) {
        case '+':
          return left.add(right)
        case '-':
          return left.subtract(right)
        case '*':
          return left.multiply(right)
        case '/':
          return left.divide(right)
        default:
          return left.remainder(right)
      }
    } catch (error) {
      if (error instanceof SqlError) throw new PathError(error.sqlstate, error.primary)
      throw error
    }
  }

  private *steps(
    steps: readonly PathStep[],
    at: number,
    item: Item,
    last: number,
    unwraps: boolean,
  ): Iterable<Item> {
    if (at === steps.length) {
      yield item
      return
    }
    const step = steps[at]!
    const rest = (next: Item): Iterable<Item> => this.steps(steps, at + 1, next, last, true)
    const isUnwrapping = this.isLax && unwraps && isArray(item)
    switch (step.kind) {
      case 'key': {
        if (isObject(item)) {
          const value = item.get(step.name)
          if (value !== undefined) yield* rest(value)
          else if (!this.isLax)
            throw new PathError('2203A', `JSON object does not contain key "${step.name}"`)
        } else if (isUnwrapping) {
          for (const element of item) yield* this.steps(steps, at, element, last, false)
        } else if (!this.isLax) {
          throw new PathError('2203A', 'jsonpath member accessor can only be applied to an object')
        }
        return
      }
      case 'any key':
        if (isObject(item)) for (const value of item.values()) yield* rest(value)
        else if (isUnwrapping) for (const element of item) yield* this.steps(steps, at, element, last, false)
        else if (!this.isLax) {
          throw new PathError('2203C', 'jsonpath wildcard member accessor can only be applied to an object')
        }
        return
      case 'any element':
        if (isArray(item)) for (const element of item) yield* rest(element)
        else if (this.isLax) yield* rest(item)
        else throw new PathError('22039', 'jsonpath wildcard array accessor can only be applied to an array')
        return
      case 'subscripts':
        yield* this.subscripts(step, item, rest)
        return
      case 'any':
        for (const found of this.levels(item, 0, step.first, step.last)) yield* rest(found)
        return
      case 'filter':
        if (isUnwrapping) for (const element of item) yield* this.steps(steps, at, element, last, false)
        else if (this.truth(step.predicate, item, last) === true) yield* rest(item)
        return
      default:
        if (isUnwrapping && step.name !== 'type' && step.name !== 'size') {
          for (const element of item) yield* this.steps(steps, at, element, last, false)
        } else for (const found of this.method(step, item)) yield* rest(found)
    }
  }

  private *subscripts(
    step: PathStep & { kind: 'subscripts' },
    item: Item,
    rest: (next: Item) => Iterable<Item>,
  ): Iterable<Item> {
    if (!isArray(item) && !this.isLax) {
      throw new PathError('22039', 'jsonpath array accessor can only be applied to an array')
    }
    const elements: readonly Item[] = isArray(item) ? item : [item]
    const index = (node: PathNode): number => {
      const found = [...this.items(node, item, elements.length - 1)]
      const only = found[0]
      if (found.length !== 1 || !(only instanceof Numeric)) {
        throw new PathError('22033', 'jsonpath array subscript is not a single numeric value')
      }
      const value = Number(only.truncate(0).toString())
      if (!(Math.abs(value) <= 2_147_483_647)) {
        throw new PathError('22033', 'jsonpath array subscript is out of integer range')
      }
      return value
    }
    for (const range of step.ranges) {
      let from = index(range.from)
      let to = range.to === undefined ? from : index(range.to)
      if (!this.isLax && (from < 0 || from > to || to >= elements.length)) {
        throw new PathError('22033', 'jsonpath array subscript is out of bounds')
      }
      from = Math.max(from, 0)
      to = Math.min(to, elements.length - 1)
      for (let at = from; at <= to; at += 1) yield* rest(elements[at]!)
    }
  }

  private *levels(item: Item, level: number, first: number, last: number): Iterable<Item> {
    const inner: Iterable<Item> = isArray(item) ? item : isObject(item) ? item.values() : []
    const isLeaf = !isArray(item) && !isObject(item)
    if (level >= first || (first === Number.POSITIVE_INFINITY && isLeaf)) yield item
    if (level < last) for (const one of inner) yield* this.levels(one, level + 1, first, last)
  }

  // -------------------------------------------------------------------------------------------- Predicates

  truth(node: PathNode, current: Item, last: number): Truth {
    switch (node.kind) {
      case 'and': {
        const left = this.truth(node.left, current, last)
        if (left === false) return false
        const right = this.truth(node.right, current, last)
        return right === true ? left : right
      }
      case 'or': {
        const left = this.truth(node.left, current, last)
        if (left === true) return true
        const right = this.truth(node.right, current, last)
        return right === false ? left : right
      }
      case 'not': {
        const value = this.truth(node.operand, current, last)
        return value === null ? null : !value
      }
      case 'is unknown':
        return this.truth(node.operand, current, last) === null
      case 'exists':
        return this.quietly(() => {
          let isFound = false
          for (const _ of this.items(node.operand, current, last)) {
            if (this.isLax) return true
            isFound = true
          }
          return isFound
        })
      case 'comparison':
        return this.overPairs(node.left, node.right, current, last, (left, right) =>
          this.compare(node.operator, left, right),
        )
      case 'starts with':
        return this.overPairs(node.left, node.right, current, last, (left, right) =>
          typeof left === 'string' && typeof right === 'string' ? left.startsWith(right) : null,
        )
      case 'like_regex':
        return this.overPairs(node.operand, undefined, current, last, left =>
          typeof left === 'string' ? matchesPattern(left, node.pattern, node.flags) : null,
        )
      default: {
        // A path where a truth is asked: its only value.
        const found = [...this.items(node, current, last)]
        return found.length === 1 && typeof found[0] === 'boolean' ? found[0] : null
      }
    }
  }
  private quietly(ask: () => Truth): Truth {
    try {
      return ask()
    } catch (error) {
      if (error instanceof PathError) return null
      throw error
    }
  }
  /** True if it is for any pair; unknown if for any pair it is unknown (in strict mode even then). */
  private overPairs(
    left: PathNode,
    right: PathNode | undefined,
    current: Item,
    last: number,
    ask: (left: Item, right: Item) => Truth,
  ): Truth {
    return this.quietly(() => {
      const rights = right === undefined ? [null] : [...this.unwrapped(right, current, last)]
      const lefts = [...this.unwrapped(left, current, last)]
      let isFound = false
      let isUnknown = false
      for (const one of lefts) {
        for (const two of rights) {
          const answer = ask(one, two)
          if (answer === null) {
            if (!this.isLax) return null
            isUnknown = true
          } else if (answer) {
            if (this.isLax) return true
            isFound = true
          }
        }
      }
      if (isFound) return true
      return isUnknown ? null : false
    })
  }

  private compare(operator: string, left: Item, right: Item): Truth {
    let order: number
    if (left === null || right === null) {
      if (left !== right) return operator === '!='
      order = 0
    } else if (typeof left === 'boolean' && typeof right === 'boolean') {
      order = Number(left) - Number(right)
    } else if (typeof left === 'string' && typeof right === 'string') {
      order = compareText(left, right)
    } else if (left instanceof Numeric && right instanceof Numeric) {
      order = compareNumeric(left, right)
    } else if (left instanceof JsonDateTime && right instanceof JsonDateTime) {
      const found = compareDateTimes(left, right, this.run.usesZone, this.run.context)
      if (found === undefined) return null
      order = found
    } else return null
    switch (operator) {
      case '==':
        return order === 0
      case '!=':
        return order !== 0
      case '<':
        return order < 0
      case '<=':
        return order <= 0
      case '>':
        return order > 0
      default:
        return order >= 0
    }
  }

  // ----------------------------------------------------------------------------------------------- Methods

  private *method(step: PathStep & { kind: 'method' }, item: Item): Iterable<Item> {
    const { name } = step
    const refuse = (what: string): PathError =>
      new PathError('22036', `jsonpath item method .${name}() can only be applied to ${what}`)
    const invalid = (text: string, type: string): PathError =>
      new PathError(
        '22036',
        `argument "${text}" of jsonpath item method .${name}() is invalid for type ${type}`,
      )
    switch (name) {
      case 'type':
        yield typeOf(item)
        return
      case 'size':
        if (isArray(item)) yield Numeric.ofInteger(item.length)
        else if (this.isLax) yield Numeric.ONE
        else throw new PathError('22039', 'jsonpath item method .size() can only be applied to an array')
        return
      case 'abs':
      case 'floor':
      case 'ceiling':
        if (!(item instanceof Numeric)) throw refuse('a numeric value')
        yield name === 'abs' ? item.abs() : name === 'floor' ? item.floor() : item.ceil()
        return
      case 'keyvalue':
        if (!isObject(item)) {
          throw new PathError('2203C', 'jsonpath item method .keyvalue() can only be applied to an object')
        }
        for (const [key, value] of item) {
          yield jsonObject(['id', 'key', 'value'], [Numeric.ofInteger(this.identity(item)), key, value])
        }
        return
      case 'string':
        if (typeof item === 'string') yield item
        else if (typeof item === 'boolean' || item instanceof Numeric || item instanceof JsonDateTime)
          yield String(item)
        else throw refuse('a boolean, string, numeric, or datetime value')
        return
      case 'boolean':
        yield this.booleanOf(item, refuse, invalid)
        return
      case 'double':
      case 'number':
      case 'decimal':
      case 'integer':
      case 'bigint':
        yield this.numberOf(step, item, refuse, invalid)
        return
      default:
        yield this.dateTimeOf(step, item, refuse)
    }
  }

  private readonly identities = new Map<Item, number>()
  /** Different for different objects of a run, 0 for the root. */
  private identity(item: Item): number {
    if (item === this.run.root) return 0
    const known = this.identities.get(item)
    if (known !== undefined) return known
    this.identities.set(item, this.identities.size + 1)
    return this.identities.size
  }

  private booleanOf(
    item: Item,
    refuse: (what: string) => PathError,
    invalid: (text: string, type: string) => PathError,
  ): boolean {
    if (typeof item === 'boolean') return item
    if (item instanceof Numeric) {
      const text = item.toString()
      if (!/^-?\d+$/.test(text) || Math.abs(Number(text)) > 2_147_483_647) throw invalid(text, 'boolean')
      return Number(text) !== 0
    }
    if (typeof item !== 'string') throw refuse('a boolean, string, or numeric value')
    const word = item.trim().toLowerCase()
    if (word !== '') {
      if (word === 'on' || word === '1' || 'true'.startsWith(word) || 'yes'.startsWith(word)) return true
      if (
        word === '0' ||
        'false'.startsWith(word) ||
        'no'.startsWith(word) ||
        (word.length > 1 && 'off'.startsWith(word))
      ) {
        return false
      }
    }
    throw invalid(item, 'boolean')
  }

  private numberOf(
    step: PathStep & { kind: 'method' },
    item: Item,
    refuse: (what: string) => PathError,
    invalid: (text: string, type: string) => PathError,
  ): Numeric {
    if (!(item instanceof Numeric) && typeof item !== 'string') throw refuse('a string or numeric value')
    const text = String(item)
    const type = {
      double: 'double precision',
      number: 'numeric',
      decimal: 'numeric',
      integer: 'integer',
      bigint: 'bigint',
    }[step.name]!
    let value: Numeric | undefined
    try {
      value = item instanceof Numeric ? item : Numeric.tryParse(item)
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
    }
    if (value === undefined) throw invalid(text, type)
    if (!/^-?\d/.test(value.toString())) {
      if (step.name === 'integer' || step.name === 'bigint') throw invalid(text, type)
      throw new PathError('22036', `NaN or Infinity is not allowed for jsonpath item method .${step.name}()`)
    }
    switch (step.name) {
      case 'double': {
        const double = Number(value.toString())
        if (!Number.isFinite(double)) throw invalid(text, type)
        return Numeric.parse(String(double))
      }
      case 'integer':
      case 'bigint': {
        if (typeof item === 'string' && !/^\s*[-+]?\d+\s*$/.test(item)) throw invalid(text, type)
        const whole = BigInt(value.round(0).toString())
        if (BigInt.asIntN(step.name === 'integer' ? 32 : 64, whole) !== whole) throw invalid(text, type)
        return Numeric.ofBigint(whole, 0)
      }
      case 'decimal': {
        if (step.arguments.length === 0) return value
        const [precision, scale] = step.arguments.map(one => Number(one.toString())) as [number, number?]
        if (!(precision >= 1 && precision <= 1000)) {
          throw new SqlError('22023', `NUMERIC precision ${precision} must be between 1 and 1000`)
        }
        if (scale !== undefined && !(scale >= -1000 && scale <= 1000)) {
          throw new SqlError('22023', `NUMERIC scale ${scale} must be between -1000 and 1000`)
        }
        try {
          return value.coerce(((precision << 16) | ((scale ?? 0) & 0x7ff)) + 4)
        } catch (error) {
          if (error instanceof SqlError) throw invalid(text, type)
          throw error
        }
      }
      default:
        return value
    }
  }

  private dateTimeOf(
    step: PathStep & { kind: 'method' },
    item: Item,
    refuse: (what: string) => PathError,
  ): Item {
    const { name } = step
    const { context, usesZone } = this.run
    let found: JsonDateTime | undefined
    if (item instanceof JsonDateTime) found = item
    else if (typeof item !== 'string') throw refuse('a string')
    else {
      if (name === 'datetime' && step.arguments.length > 0) {
        throw new SqlError('0A000', 'a template of .datetime() is not supported')
      }
      found = dateTimeFromText(item, context)
    }
    const format = name === 'datetime' ? 'datetime' : name.replace('_tz', '')
    const refused = (): PathError =>
      name === 'datetime'
        ? new PathError('22031', `${format} format is not recognized: "${String(item)}"`, {
            hint: 'Use a datetime template argument to specify the input data format.',
          })
        : new PathError('22031', `${name} format is not recognized: "${String(item)}"`)
    if (found === undefined) throw refused()
    if (name === 'datetime') return found
    const type = name.replace('_tz', 'tz') as DateTimeType
    const precision = step.arguments.length === 0 ? -1 : Math.min(6, Number(step.arguments[0]!.toString()))
    const converted = dateTimeAs(found, type, precision, usesZone, context)
    if (converted === undefined) throw refused()
    return converted
  }
}

function isArray(item: Item): item is readonly JsonValue[] {
  return Array.isArray(item)
}
function isObject(item: Item): item is ReadonlyMap<string, JsonValue> {
  return item instanceof Map
}
