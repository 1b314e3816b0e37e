/**
 * Finding matches and their groups, as PostgreSQL chooses them: the leftmost match; of these the longest, or the shortest
 * where the expression prefers that; then each part from the left what it prefers.
 *
 * The whole match comes from the automaton. Groups are found by taking it apart along the tree, asking automata of the
 * parts at each cut whether the rest still matches, so nothing is tried in vain. With references that is not known, and
 * cuts are tried until one fits; a limit of steps keeps that from taking for ever.
 */

import { SqlError } from '../errors.ts'
import { Alphabet, Automaton } from './regexp-automaton.ts'
import { parseRegex, type Regex, type RegexNode, type RegexOptions } from './regexp-syntax.ts'

/** Where the whole match (0) and the groups begin and end; -1 for a group that took no part. */
export interface RegexMatch {
  readonly starts: number[]
  readonly ends: number[]
}

const REFERENCE_STEPS_MAX = 2_000_000

export class CompiledRegex {
  readonly groupCount: number
  private readonly regex: Regex
  private readonly alphabet: Alphabet
  private readonly whole: Automaton
  private readonly search: Automaton
  private readonly automata = new Map<RegexNode, Automaton>()
  private readonly rests = new Map<RegexNode, Map<string, RegexNode>>()
  private stepsLeft = 0

  constructor(pattern: string, options: RegexOptions) {
    this.regex = parseRegex(pattern, options)
    this.groupCount = this.regex.groupCount
    this.alphabet = new Alphabet(this.regex.node)
    this.whole = new Automaton(this.regex.node, this.alphabet)
    this.search = new Automaton(this.regex.node, this.alphabet, true)
    this.automata.set(this.regex.node, this.whole)
  }

  test(text: string): boolean {
    if (this.regex.hasReferences) return this.find(text, 0) !== undefined
    return this.search.firstEnd(text, 0) >= 0
  }

  /** The first match at `from` or later. */
  find(text: string, from: number): RegexMatch | undefined {
    this.stepsLeft = REFERENCE_STEPS_MAX
    const firstEnd = this.search.firstEnd(text, from)
    if (firstEnd < 0) return undefined
    const { node, hasReferences } = this.regex
    const isShort = node.prefers === 'shortest'
    for (let start = from; start <= text.length; start += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1) {
      // Without references a match begins no later than where the first one to end does.
      if (!hasReferences && start > firstEnd) return undefined
      const ends = this.whole.endsFrom(text, start, text.length)
      if (!isShort) ends.reverse()
      for (const end of ends) {
        const match: RegexMatch = {
          starts: new Array(this.groupCount + 1).fill(-1),
          ends: new Array(this.groupCount + 1).fill(-1),
        }
        match.starts[0] = start
        match.ends[0] = end
        if (!mustBeTakenApart(node) || this.dissect(node, text, start, end, match)) return match
      }
    }
    return undefined
  }

  private automatonOf(node: RegexNode): Automaton {
    let automaton = this.automata.get(node)
    if (automaton === undefined) {
      automaton = new Automaton(node, this.alphabet)
      this.automata.set(node, automaton)
    }
    return automaton
  }

  /** A part of a sequence or of a repetition, made once so that its automaton is. */
  private restOf(node: RegexNode, key: string, make: () => RegexNode): RegexNode {
    let rests = this.rests.get(node)
    if (rests === undefined) {
      rests = new Map()
      this.rests.set(node, rests)
    }
    let rest = rests.get(key)
    if (rest === undefined) {
      rest = make()
      rests.set(key, rest)
    }
    return rest
  }

  private count(): void {
    if (--this.stepsLeft < 0) {
      throw new SqlError('54001', 'regular expression failed: regular expression is too complex')
    }
  }

  /** Sets the groups of `node`, which the automaton matches from `from` to `to`; false if references forbid it. */
  private dissect(node: RegexNode, text: string, from: number, to: number, match: RegexMatch): boolean {
    this.count()
    switch (node.kind) {
      case 'group':
        if (mustBeTakenApart(node.body) && !this.dissect(node.body, text, from, to, match)) return false
        match.starts[node.number] = from
        match.ends[node.number] = to
        return true
      case 'reference': {
        const start = match.starts[node.number]
        return start >= 0 && text.slice(start, match.ends[node.number]) === text.slice(from, to)
      }
      case 'either':
        for (const branch of node.branches) {
          if (!this.automatonOf(branch).matchesExactly(text, from, to)) continue
          const before = [match.starts.slice(), match.ends.slice()]
          if (!mustBeTakenApart(branch) || this.dissect(branch, text, from, to, match)) return true
          restore(match, before)
        }
        return false
      case 'concat':
        return this.dissectParts(node, 0, text, from, to, match)
      case 'repeat':
        // As PostgreSQL has it, only the last of the rounds that must be captures.
        if (node.min > 0 && !this.regex.hasReferences) {
          const rounds = this.restOf(node, 'rounds', () => lastRoundCaptures(node))
          return this.dissect(rounds, text, from, to, match)
        }
        return this.dissectRepeat(node, 0, text, from, to, match)
      default:
        return true
    }
  }

  private dissectParts(
    node: RegexNode & { kind: 'concat' },
    index: number,
    text: string,
    from: number,
    to: number,
    match: RegexMatch,
  ): boolean {
    const { parts } = node
    const part = parts[index]
    if (index === parts.length - 1) {
      return !mustBeTakenApart(part) || this.dissect(part, text, from, to, match)
    }
    if (!parts.slice(index).some(mustBeTakenApart)) return true
    const rest = this.restOf(node, String(index + 1), () =>
      index + 2 === parts.length
        ? parts[index + 1]
        : { kind: 'concat', parts: parts.slice(index + 1), prefers: 'none' },
    )
    const ends = this.automatonOf(part).endsFrom(text, from, to)
    if (part.prefers !== 'shortest') ends.reverse()
    const restAutomaton = this.automatonOf(rest)
    for (const end of ends) {
      this.count()
      if (!restAutomaton.matchesExactly(text, end, to)) continue
      const before = [match.starts.slice(), match.ends.slice()]
      if (
        (!mustBeTakenApart(part) || this.dissect(part, text, from, end, match)) &&
        this.dissectParts(node, index + 1, text, end, to, match)
      ) {
        return true
      }
      restore(match, before)
    }
    return false
  }

  private dissectRepeat(
    node: RegexNode & { kind: 'repeat' },
    done: number,
    text: string,
    from: number,
    to: number,
    match: RegexMatch,
  ): boolean {
    const { body, min, max } = node
    if (from === to && done >= min && (done > 0 || min === 0)) {
      // Nothing is left: no further empty round. An empty match of one that may be absent is absent.
      if (done > 0 || body.prefers === 'shortest' || !this.automatonOf(body).matchesExactly(text, from, to)) {
        return true
      }
      if (mustBeTakenApart(body) && max > 0) this.dissect(body, text, from, to, match)
      return true
    }
    if (done >= max) return from === to
    const leftMin = Math.max(min - done - 1, 0)
    const leftMax = max - done - 1
    const rest = this.restOf(node, `${leftMin},${leftMax}`, () => ({
      kind: 'repeat',
      body,
      min: leftMin,
      max: leftMax,
      prefers: node.prefers,
    }))
    const restAutomaton = this.automatonOf(rest)
    const ends = this.automatonOf(body).endsFrom(text, from, to)
    if (body.prefers !== 'shortest') ends.reverse()
    for (const end of ends) {
      this.count()
      if (end === from && done >= min) continue
      if (!restAutomaton.matchesExactly(text, end, to)) continue
      const before = [match.starts.slice(), match.ends.slice()]
      clearGroups(body, match)
      if (this.dissect(body, text, from, end, match)) {
        if (end === to && done + 1 >= min) return true
        if (this.dissectRepeat(node, done + 1, text, end, to, match)) return true
      }
      restore(match, before)
    }
    return false
  }
}

function restore(match: RegexMatch, before: readonly number[][]): void {
  for (let at = 0; at < match.starts.length; at++) {
    match.starts[at] = before[0][at]
    match.ends[at] = before[1][at]
  }
}

/** x{m,n} as x{m-1,n-1}x, with groups in the second x only. */
function lastRoundCaptures(node: RegexNode & { kind: 'repeat' }): RegexNode {
  const { body, min, max, prefers } = node
  if (max === 1) return body
  const rounds: RegexNode = { kind: 'repeat', body: withoutGroups(body), min: min - 1, max: max - 1, prefers }
  return { kind: 'concat', parts: [rounds, body], prefers }
}

function withoutGroups(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'group':
      return withoutGroups(node.body)
    case 'concat':
      return { ...node, parts: node.parts.map(withoutGroups) }
    case 'either':
      return { ...node, branches: node.branches.map(withoutGroups) }
    case 'repeat':
      return { ...node, body: withoutGroups(node.body) }
    default:
      return node
  }
}

/** A new round forgets what the one before captured. */
function clearGroups(node: RegexNode, match: RegexMatch): void {
  switch (node.kind) {
    case 'group':
      match.starts[node.number] = -1
      match.ends[node.number] = -1
      clearGroups(node.body, match)
      return
    case 'concat':
      for (const part of node.parts) clearGroups(part, match)
      return
    case 'either':
      for (const branch of node.branches) clearGroups(branch, match)
      return
    case 'repeat':
      clearGroups(node.body, match)
  }
}

const messy = new WeakMap<RegexNode, boolean>()
/** Whether groups or references are within. */
function mustBeTakenApart(node: RegexNode): boolean {
  const known = messy.get(node)
  if (known !== undefined) return known
  let result = false
  switch (node.kind) {
    case 'group':
    case 'reference':
      result = true
      break
    case 'concat':
      result = node.parts.some(mustBeTakenApart)
      break
    case 'either':
      result = node.branches.some(mustBeTakenApart)
      break
    case 'repeat':
      result = mustBeTakenApart(node.body)
      break
  }
  messy.set(node, result)
  return result
}
