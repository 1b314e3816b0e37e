/**
 * PostgreSQL's own parser, as WebAssembly: text in, the raw tree as JSON out.
 *
 * The package's glue (emscripten's) starts asynchronously, and would only for reasons of the web: reading and compiling
 * its code. Statements are executed synchronously here, so it is started by hand. The glue's factory runs synchronously
 * up to its first `await`, which is that of the instance; we hand it one made on the spot (`instantiateWasm`), so that
 * all exports are assigned when the factory returns. Then we call the initialiser of the C library ourselves
 * (`__wasm_call_ctors`, whose name is minified), and stop the asynchronous rest by a `preRun` that throws: it would
 * initialise the same memory a second time. Whether an export has another name in another version of the package is
 * checked when it starts; the version is pinned exactly.
 *
 * Invariants:
 * 1. An instance that was left by anything but a return (a stack overflow, a trap) is not used again: its stack pointer
 *    and its memory contexts are those of the middle of a parse. The next statement gets a fresh one.
 * 2. A depth that overflows the stack is PostgreSQL's 54001. Its own grammar refuses more than about 10,000 open
 *    parentheses with 42601 ("memory exhausted").
 *
 * Does not know what is in the tree.
 */

import {
  loadParserPackage,
  type ParserInstance,
  type ParserModule,
  type ParserPackage,
} from '../../io/postgres-parser.ts'
import { SqlError } from '../errors.ts'

/** A refusal of the parser: PostgreSQL's message, and where. */
export interface ParserRefusal {
  readonly message: string
  /** The source file and function of PostgreSQL that refused. */
  readonly file: string
  readonly function: string
  /** In code points, from 1; 0: unknown. */
  readonly cursor: number
}

export type ParserAnswer =
  | { readonly json: string }
  | { readonly json: undefined; readonly refusal: ParserRefusal }

/** `__wasm_call_ctors`, as the glue of the pinned version calls it. */
const INITIALISER = 'A'
const INITIAL_STOP = new Error('started by hand')
const POINTER_BYTES = 4
/** A parse tree takes some fifty times the room of its text, and the memory of an instance never shrinks. */
const KEPT_MEMORY_BYTES_MAX = 256 * 2 ** 20

let loaded: ParserPackage | undefined
let instance: ParserModule | undefined

function start(): ParserModule {
  loaded ??= loadParserPackage()
  const { glue, instantiate } = loaded
  let exports: ParserInstance['exports'] | undefined
  const module = {
    noFSInit: true,
    print: () => {},
    printErr: () => {},
    instantiateWasm(imports: object, receive: (made: ParserInstance) => void): object {
      const made = instantiate(imports)
      exports = made.exports
      receive(made)
      return made.exports
    },
    preRun(): void {
      throw INITIAL_STOP
    },
  }
  glue(module).catch((error: unknown) => {
    if (error !== INITIAL_STOP) throw error
  })
  const initialise = exports?.[INITIALISER]
  const started = module as unknown as ParserModule
  if (typeof initialise !== 'function' || typeof started._wasm_parse_query_raw !== 'function') {
    throw new SqlError('XX000', 'this version of libpg-query is not the one that Coppice knows')
  }
  ;(initialise as () => void)()
  return started
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A C string of the instance; '' for none. */
function stringAt(module: ParserModule, address: number): string {
  if (address === 0) return ''
  const bytes = module.HEAPU8
  return decoder.decode(bytes.subarray(address, bytes.indexOf(0, address)))
}

/** The text as a C string in the instance's memory. */
function allocate(module: ParserModule, text: string): number {
  const bytes = encoder.encode(text)
  const address = module._malloc(bytes.length + 1)
  if (address === 0) throw new SqlError('53200', 'out of memory')
  module.HEAPU8.set(bytes, address)
  module.HEAPU8[address + bytes.length] = 0
  return address
}

function ask(module: ParserModule, text: string): ParserAnswer {
  const address = allocate(module, text)
  const result = module._wasm_parse_query_raw(address)
  if (result === 0) throw new SqlError('53200', 'out of memory')
  // PgQueryParseResult: the tree, what was printed, the error.
  const words = module.HEAPU32
  const word = result / POINTER_BYTES
  const error = words[word + 2]! / POINTER_BYTES
  const answer: ParserAnswer =
    error === 0
      ? { json: stringAt(module, words[word]!) }
      : {
          json: undefined,
          // PgQueryError: message, function, file, line, cursor.
          refusal: {
            message: stringAt(module, words[error]!),
            function: stringAt(module, words[error + 1]!),
            file: stringAt(module, words[error + 2]!),
            cursor: words[error + 4]!,
          },
        }
  module._wasm_free_parse_result(result)
  module._free(address)
  return answer
}

/** Parses statements. The text has no NUL and no lone surrogate. */
export function parseRaw(text: string): ParserAnswer {
  return inInstance(module => ask(module, text))
}

/** A text with `$n` for each of its constants; undefined where that cannot be had, also of a text that cannot be read. */
export function withoutConstants(text: string): string | undefined {
  try {
    return inInstance(module => {
      const address = allocate(module, text)
      const result = module._wasm_normalize_query(address)
      const plain = result === 0 ? undefined : stringAt(module, result)
      if (result !== 0) module._free(result)
      module._free(address)
      return plain?.startsWith(beginningOf(text)) ? plain : undefined
    })
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}

/**
 * What a text has in front of its first constant. Of a text that it cannot read the module gives the error's message, with what
 * stands at its place: no statement begins as one does.
 */
function beginningOf(text: string): string {
  return text === '' ? ';' : /^[^'"$\d]{0,6}/.exec(text)![0]
}

/** @throws SqlError 54001, 53200 */
function inInstance<T>(use: (module: ParserModule) => T): T {
  const module = instance ?? start()
  // Invariant 1: it is the instance again only when it has returned.
  instance = undefined
  let result: T
  try {
    result = use(module)
  } catch (error) {
    throw asSqlError(error)
  }
  if (module.HEAPU8.length <= KEPT_MEMORY_BYTES_MAX) instance = module
  return result
}

function asSqlError(error: unknown): unknown {
  if (error instanceof RangeError) return stackDepthExceeded(error)
  // Aborted: memory that cannot grow.
  if (error instanceof Error && error.name === 'RuntimeError')
    return new SqlError('53200', 'out of memory', { cause: error })
  return error
}

/** 54001: what a statement gets whose nesting is too deep for the stack, here or while it is converted. */
export function stackDepthExceeded(cause: unknown): SqlError {
  return new SqlError('54001', 'stack depth limit exceeded', { cause })
}
