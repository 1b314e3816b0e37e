/**
 * A regular expression as an automaton: a nondeterministic one made of the tree, walked by a deterministic one that is made
 * as the text needs it. Takes time proportional to the text, whatever the expression.
 *
 * Invariants:
 * 1. A state of the walk is a set of states before their empty moves: which of these are open depends on the character
 *    behind and the one ahead (`^`, `$`, `\m`, `\y`), so they are made when the character ahead is known.
 * 2. Characters are told apart by classes: two of one class are in the same sets of the whole expression.
 * 3. References match what their group might match; whether it is the same text is checked by regexp-match.ts.
 */

import { SqlError } from '../errors.ts'
import { type Assertion, classRanges, type Ranges, type RegexNode } from './regexp-syntax.ts'

const STATES_MAX = 50_000
const CACHED_WALKS_MAX = 3_000

const Move = { Set: 0, Split: 1, Assert: 2, Look: 3, Match: 4 } as const
type Move = (typeof Move)[keyof typeof Move]

/** What a character is to the assertions. */
const Side = { Edge: 0, Newline: 1, Word: 2, Other: 3 } as const
type Side = (typeof Side)[keyof typeof Side]

interface Step {
  move: Move
  /** Of Set: its bit per class. */
  accepts: Uint8Array | undefined
  assertion: Assertion | undefined
  look: { automaton: Automaton; isBehind: boolean; isNegated: boolean } | undefined
  next: number
  other: number
}

interface Walk {
  readonly states: readonly number[]
  readonly behind: Side
  /** By class of the character ahead; the last one is the end of the text. */
  readonly next: (Walk | undefined)[]
  readonly isMatch: (boolean | undefined)[]
}

/** Which class a character is of. Shared by all automata of one expression. */
export class Alphabet {
  private readonly starts: readonly number[]
  private readonly small = new Uint16Array(256)
  readonly sides: readonly Side[]
  readonly classCount: number

  constructor(node: RegexNode) {
    const cuts = new Set<number>([0, 10, 11])
    let hasAssertions = false
    const visit = (one: RegexNode): void => {
      switch (one.kind) {
        case 'set':
          for (const [from, to] of one.ranges) cuts.add(from).add(to + 1)
          return
        case 'concat':
          one.parts.forEach(visit)
          return
        case 'either':
          one.branches.forEach(visit)
          return
        case 'repeat':
        case 'group':
        case 'look':
        case 'reference':
          visit(one.body)
          return
        case 'assertion':
          hasAssertions = true
      }
    }
    visit(node)
    const words: Ranges = hasAssertions ? classRanges('word') : []
    for (const [from, to] of words) cuts.add(from).add(to + 1)
    this.starts = [...cuts].sort((left, right) => left - right)
    this.classCount = this.starts.length
    let word = 0
    this.sides = this.starts.map(start => {
      if (start === 10) return Side.Newline
      while (word < words.length && words[word][1] < start) word++
      return word < words.length && words[word][0] <= start ? Side.Word : Side.Other
    })
    for (let code = 0; code < 256; code++) this.small[code] = this.search(code)
  }

  private search(code: number): number {
    let low = 0
    let high = this.starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.starts[middle] <= code) low = middle
      else high = middle
    }
    return low
  }

  classOf(code: number): number {
    return code < 256 ? this.small[code] : this.search(code)
  }

  accepted(ranges: Ranges): Uint8Array {
    const accepts = new Uint8Array(this.classCount)
    let range = 0
    for (let at = 0; at < this.classCount; at++) {
      const start = this.starts[at]
      while (range < ranges.length && ranges[range][1] < start) range++
      if (range < ranges.length && ranges[range][0] <= start) accepts[at] = 1
    }
    return accepts
  }
}

export class Automaton {
  private readonly alphabet: Alphabet
  private readonly steps: Step[] = []
  private readonly start: number
  private readonly hasLooks: boolean
  private readonly walks = new Map<string, Walk>()
  private readonly marks: Uint32Array
  private mark = 0

  /** `isSearch`: may begin anywhere. */
  constructor(node: RegexNode, alphabet: Alphabet, isSearch = false) {
    this.alphabet = alphabet
    const match = this.add(Move.Match, -1)
    let first = this.build(node, match)
    if (isSearch) {
      const loop = this.add(Move.Split, first)
      const any = this.add(Move.Set, loop)
      this.steps[any].accepts = new Uint8Array(alphabet.classCount).fill(1)
      this.steps[loop].other = any
      first = loop
    }
    this.start = first
    this.hasLooks = this.steps.some(step => step.move === Move.Look)
    this.marks = new Uint32Array(this.steps.length)
  }

  private add(move: Move, next: number): number {
    if (this.steps.length >= STATES_MAX) {
      throw new SqlError('2201B', 'invalid regular expression: regular expression is too complex')
    }
    this.steps.push({
      move,
      accepts: undefined,
      assertion: undefined,
      look: undefined,
      next,
      other: -1,
    })
    return this.steps.length - 1
  }

  /** The state where `node` begins, which goes on to `next`. */
  private build(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next
      case 'set': {
        const step = this.add(Move.Set, next)
        this.steps[step].accepts = this.alphabet.accepted(node.ranges)
        return step
      }
      case 'concat': {
        let at = next
        for (let part = node.parts.length - 1; part >= 0; part--) at = this.build(node.parts[part], at)
        return at
      }
      case 'either': {
        let at = this.build(node.branches[node.branches.length - 1], next)
        for (let branch = node.branches.length - 2; branch >= 0; branch--) {
          const step = this.add(Move.Split, this.build(node.branches[branch], next))
          this.steps[step].other = at
          at = step
        }
        return at
      }
      case 'group':
      case 'reference':
        return this.build(node.body, next)
      case 'repeat':
        return this.buildRepeat(node.body, node.min, node.max, next)
      case 'assertion': {
        const step = this.add(Move.Assert, next)
        this.steps[step].assertion = node.assertion
        return step
      }
      case 'look': {
        const step = this.add(Move.Look, next)
        this.steps[step].look = {
          automaton: new Automaton(node.body, this.alphabet, node.isBehind),
          isBehind: node.isBehind,
          isNegated: node.isNegated,
        }
        return step
      }
    }
  }

  private buildRepeat(body: RegexNode, min: number, max: number, next: number): number {
    let at = next
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.add(Move.Split, -1)
      this.steps[loop].next = this.build(body, loop)
      this.steps[loop].other = next
      at = loop
    } else {
      for (let count = min; count < max; count++) {
        const step = this.add(Move.Split, this.build(body, at))
        this.steps[step].other = next
        at = step
      }
    }
    for (let count = 0; count < min; count++) at = this.build(body, at)
    return at
  }

  /** All states reached by empty moves at a place of the text. */
  private closure(states: readonly number[], behind: Side, ahead: Side, text: string, at: number): number[] {
    const mark = ++this.mark
    const { marks, steps } = this
    const reached: number[] = []
    const stack = [...states]
    while (stack.length > 0) {
      const state = stack.pop()!
      if (marks[state] === mark) continue
      marks[state] = mark
      const step = steps[state]
      switch (step.move) {
        case Move.Split:
          stack.push(step.next, step.other)
          break
        case Move.Assert:
          if (holds(step.assertion!, behind, ahead)) stack.push(step.next)
          break
        case Move.Look: {
          const { automaton, isBehind, isNegated } = step.look!
          const found = isBehind ? automaton.matchesUpTo(text, at) : automaton.hasMatchAt(text, at)
          if (found !== isNegated) stack.push(step.next)
          break
        }
        default:
          reached.push(state)
      }
    }
    return reached
  }

  private walkOf(states: readonly number[], behind: Side): Walk {
    const sorted = [...states].sort((left, right) => left - right)
    const key = `${behind}:${sorted.join(',')}`
    let walk = this.walks.get(key)
    if (walk === undefined) {
      if (this.walks.size > CACHED_WALKS_MAX) this.walks.clear()
      walk = { states: sorted, behind, next: [], isMatch: [] }
      this.walks.set(key, walk)
    }
    return walk
  }

  private sideBehind(text: string, at: number): Side {
    if (at === 0) return Side.Edge
    return this.alphabet.sides[this.alphabet.classOf(codeBefore(text, at))]
  }

  /** Fills in what a walk does at a character class: whether it matches before it, and where it goes. */
  private explore(walk: Walk, aheadClass: number, text: string, at: number): void {
    const ahead = aheadClass === this.alphabet.classCount ? Side.Edge : this.alphabet.sides[aheadClass]
    const open = this.closure(walk.states, walk.behind, ahead, text, at)
    let isMatch = false
    const states = new Set<number>()
    for (const state of open) {
      const step = this.steps[state]
      if (step.move === Move.Match) isMatch = true
      else if (ahead !== Side.Edge && step.accepts![aheadClass] === 1) states.add(step.next)
    }
    walk.isMatch[aheadClass] = isMatch
    walk.next[aheadClass] = this.walkOf([...states], ahead)
  }

  /**
   * Walks from `from`, telling every end of a match up to `to`; stops when told so (`onEnd` gives true) or when no match is
   * possible any more. What stands behind `to` is seen by assertions.
   */
  private run(text: string, from: number, to: number, onEnd: (at: number) => boolean): void {
    const { alphabet } = this
    let walk = this.walkOf([this.start], this.sideBehind(text, from))
    for (let at = from; ; ) {
      const isEnd = at >= text.length
      const code = isEnd ? 0 : text.codePointAt(at)!
      const ahead = isEnd ? alphabet.classCount : alphabet.classOf(code)
      // With look-around a state does different things at different places.
      if (this.hasLooks || walk.isMatch[ahead] === undefined) this.explore(walk, ahead, text, at)
      if (walk.isMatch[ahead] && onEnd(at)) return
      if (at >= to) return
      walk = walk.next[ahead]!
      if (walk.states.length === 0) return
      at += code > 0xffff ? 2 : 1
    }
  }

  /** The ends of matches that begin at `from`, in order. */
  endsFrom(text: string, from: number, to: number): number[] {
    const ends: number[] = []
    this.run(text, from, to, at => {
      ends.push(at)
      return false
    })
    return ends
  }

  hasMatchAt(text: string, from: number): boolean {
    let found = false
    this.run(text, from, text.length, () => {
      found = true
      return true
    })
    return found
  }

  /** Whether the text from `from` to `to` matches as a whole. */
  matchesExactly(text: string, from: number, to: number): boolean {
    let found = false
    this.run(text, from, to, at => {
      found = at === to
      return found
    })
    return found
  }

  /** Of a searching automaton: whether some match ends at `to`. */
  private matchesUpTo(text: string, to: number): boolean {
    return this.matchesExactly(text, 0, to)
  }

  /** Of a searching automaton: where the first match to end ends, or -1. */
  firstEnd(text: string, from: number): number {
    let end = -1
    this.run(text, from, text.length, at => {
      end = at
      return true
    })
    return end
  }
}

function codeBefore(text: string, at: number): number {
  const code = text.charCodeAt(at - 1)
  return code >= 0xdc00 && code <= 0xdfff && at > 1 ? text.codePointAt(at - 2)! : code
}

function holds(assertion: Assertion, behind: Side, ahead: Side): boolean {
  switch (assertion) {
    case 'begin of text':
      return behind === Side.Edge
    case 'end of text':
      return ahead === Side.Edge
    case 'begin of line':
      return behind === Side.Edge || behind === Side.Newline
    case 'end of line':
      return ahead === Side.Edge || ahead === Side.Newline
    case 'begin of word':
      return behind !== Side.Word && ahead === Side.Word
    case 'end of word':
      return behind === Side.Word && ahead !== Side.Word
    case 'word boundary':
      return (behind === Side.Word) !== (ahead === Side.Word)
    case 'no word boundary':
      return (behind === Side.Word) === (ahead === Side.Word)
  }
}
