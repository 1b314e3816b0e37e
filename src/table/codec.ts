/**
 * Encoders and decoders for any type, in either dialect: generated as straight-line JavaScript, or put
 * together from closures where code cannot be generated. Both call the same functions for scalars, so they
 * cannot disagree about bytes.
 *
 * "Tail" means that nothing follows in the key or value, so that text and bytes need no end.
 */

import { codeGeneration, FunctionBuilder } from './codegen.ts'
import {
  checkStruct,
  checkTuple,
  type Decoder,
  descendingDecoder,
  type Encoder,
  nullTag,
  PRESENT_TAG,
  readKeyArray,
  readValueArray,
  writeKeyArray,
  writeValueArray,
} from './composite.ts'
import type { Dialect } from './dialect.ts'
import { type Place, placeWithin } from './place.ts'
import type { EnumNode, TypeNode } from './type-node.ts'

/** Makes the function that writes values of a type. */
export function makeEncoder(node: TypeNode, dialect: Dialect, place: Place, isTail: boolean): Encoder {
  if (!codeGeneration.enabled) return interpretedEncoder(node, dialect, place, isTail)
  const builder = new FunctionBuilder()
  const body = emitWrite(builder, node, dialect, place, isTail, 'value')
  return builder.build<Encoder>('encode', 'writer, value', body)
}

/** Makes the function that reads values of a type. */
export function makeDecoder(node: TypeNode, dialect: Dialect, isTail: boolean): Decoder {
  if (!codeGeneration.enabled) return interpretedDecoder(node, dialect, isTail)
  const builder = new FunctionBuilder()
  const expression = emitRead(builder, node, dialect, isTail)
  return builder.build<Decoder>('decode', 'reader', `return ${expression}`)
}

/** From member to ordinal. */
export function ordinalsOf(node: EnumNode): ReadonlyMap<unknown, number> {
  return new Map(node.members.map((member, ordinal) => [member, ordinal]))
}

/** Whether the last part of a composite is in tail position. */
function isLast(index: number, length: number, isTail: boolean): boolean {
  return isTail && index === length - 1
}

/** A descending part always keeps its end: without it, flipped bytes would put a prefix first. */
const WITHIN_DESCENDING = false

/** Statements that write `expression` to `writer`. */
export function emitWrite(
  builder: FunctionBuilder,
  node: TypeNode,
  dialect: Dialect,
  place: Place,
  isTail: boolean,
  expression: string,
): string {
  const at = builder.constant(place, 'place')
  switch (node.kind) {
    case 'nullable': {
      const inner = emitWrite(builder, node.of, dialect, place, isTail, expression)
      return `if (${expression} === null) writer.writeByte(${nullTag(node)})
else { writer.writeByte(${PRESENT_TAG}); ${inner} }`
    }
    case 'desc': {
      const start = builder.fresh('start')
      const inner = emitWrite(builder, node.of, dialect, place, WITHIN_DESCENDING, expression)
      return `const ${start} = writer.at; ${inner}; writer.invertFrom(${start})`
    }
    case 'tuple': {
      const check = builder.constant(checkTuple, 'checkTuple')
      const parts = node.elements.map((element, i) => {
        const part = builder.fresh('part')
        const within = placeWithin(place, `[${i}]`)
        const write = emitWrite(
          builder,
          element,
          dialect,
          within,
          isLast(i, node.elements.length, isTail),
          part,
        )
        return `{ const ${part} = ${expression}[${i}]; ${write} }`
      })
      return `${check}(${expression}, ${node.elements.length}, ${at})\n${parts.join('\n')}`
    }
    case 'struct': {
      const check = builder.constant(checkStruct, 'checkStruct')
      const names = builder.constant(new Set(node.fields.map(field => field[0])), 'names')
      const parts = node.fields.map(([name, type], i) => {
        const part = builder.fresh('part')
        const within = placeWithin(place, `.${name}`)
        const write = emitWrite(builder, type, dialect, within, isLast(i, node.fields.length, isTail), part)
        return `{ const ${part} = ${expression}[${JSON.stringify(name)}]; ${write} }`
      })
      return `${check}(${expression}, ${names}, ${at})\n${parts.join('\n')}`
    }
    case 'array': {
      const element = makeEncoder(node.element, dialect, placeWithin(place, '[]'), false)
      const write = builder.constant(dialect.role === 'key' ? writeKeyArray : writeValueArray, 'writeArray')
      return `${write}(writer, ${expression}, ${at}, ${builder.constant(element, 'element')})`
    }
    case 'enum': {
      const write = builder.constant(dialect.writeEnum, 'writeEnum')
      return `${write}(writer, ${expression}, ${at}, ${builder.constant(ordinalsOf(node), 'ordinals')})`
    }
    default: {
      const codec = dialect.scalars[node.kind]
      const write = builder.constant(isTail ? codec.writeTail : codec.write, 'write')
      return `${write}(writer, ${expression}, ${at})`
    }
  }
}

/** An expression that reads from `reader`. Parts are read in the order in which the expression names them. */
export function emitRead(
  builder: FunctionBuilder,
  node: TypeNode,
  dialect: Dialect,
  isTail: boolean,
): string {
  switch (node.kind) {
    case 'nullable':
      return `(reader.bytes[reader.at++] === ${nullTag(node)} ? null : ${emitRead(builder, node.of, dialect, isTail)})`
    case 'desc': {
      const inner = descendingDecoder(makeDecoder(node.of, dialect, WITHIN_DESCENDING))
      return `${builder.constant(inner, 'descending')}(reader)`
    }
    case 'tuple': {
      const length = node.elements.length
      return `[${node.elements.map((part, i) => emitRead(builder, part, dialect, isLast(i, length, isTail))).join(', ')}]`
    }
    case 'struct': {
      const length = node.fields.length
      const fields = node.fields.map(
        ([name, type], i) =>
          `${JSON.stringify(name)}: ${emitRead(builder, type, dialect, isLast(i, length, isTail))}`,
      )
      return `{ ${fields.join(', ')} }`
    }
    case 'array': {
      const read = builder.constant(dialect.role === 'key' ? readKeyArray : readValueArray, 'readArray')
      return `${read}(reader, ${builder.constant(makeDecoder(node.element, dialect, false), 'element')})`
    }
    case 'enum':
      return `${builder.constant(dialect.readEnum, 'readEnum')}(reader, ${builder.constant(node.members, 'members')})`
    default: {
      const codec = dialect.scalars[node.kind]
      return `${builder.constant(isTail ? codec.readTail : codec.read, 'read')}(reader)`
    }
  }
}

function interpretedEncoder(node: TypeNode, dialect: Dialect, place: Place, isTail: boolean): Encoder {
  switch (node.kind) {
    case 'nullable': {
      const inner = interpretedEncoder(node.of, dialect, place, isTail)
      const tag = nullTag(node)
      return (writer, value) => {
        writer.writeByte(value === null ? tag : PRESENT_TAG)
        if (value !== null) inner(writer, value)
      }
    }
    case 'desc': {
      const inner = interpretedEncoder(node.of, dialect, place, WITHIN_DESCENDING)
      return (writer, value) => {
        const start = writer.at
        inner(writer, value)
        writer.invertFrom(start)
      }
    }
    case 'tuple': {
      const length = node.elements.length
      const parts = node.elements.map((part, i) =>
        interpretedEncoder(part, dialect, placeWithin(place, `[${i}]`), isLast(i, length, isTail)),
      )
      return (writer, value) => {
        checkTuple(value, length, place)
        for (let i = 0; i < length; i++) parts[i](writer, (value as unknown[])[i])
      }
    }
    case 'struct': {
      const length = node.fields.length
      const fields = node.fields.map(([name, type], i) => ({
        name,
        encode: interpretedEncoder(type, dialect, placeWithin(place, `.${name}`), isLast(i, length, isTail)),
      }))
      const names = new Set(node.fields.map(field => field[0]))
      return (writer, value) => {
        checkStruct(value, names, place)
        for (const field of fields) field.encode(writer, (value as Record<string, unknown>)[field.name])
      }
    }
    case 'array': {
      const element = interpretedEncoder(node.element, dialect, placeWithin(place, '[]'), false)
      const write = dialect.role === 'key' ? writeKeyArray : writeValueArray
      return (writer, value) => write(writer, value, place, element)
    }
    case 'enum': {
      const ordinals = ordinalsOf(node)
      return (writer, value) => dialect.writeEnum(writer, value, place, ordinals)
    }
    default: {
      const codec = dialect.scalars[node.kind]
      const write = isTail ? codec.writeTail : codec.write
      return (writer, value) => write(writer, value, place)
    }
  }
}

function interpretedDecoder(node: TypeNode, dialect: Dialect, isTail: boolean): Decoder {
  switch (node.kind) {
    case 'nullable': {
      const inner = interpretedDecoder(node.of, dialect, isTail)
      const tag = nullTag(node)
      return reader => (reader.bytes[reader.at++] === tag ? null : inner(reader))
    }
    case 'desc':
      return descendingDecoder(interpretedDecoder(node.of, dialect, WITHIN_DESCENDING))
    case 'tuple': {
      const length = node.elements.length
      const parts = node.elements.map((part, i) =>
        interpretedDecoder(part, dialect, isLast(i, length, isTail)),
      )
      return reader => parts.map(decode => decode(reader))
    }
    case 'struct': {
      const length = node.fields.length
      const fields = node.fields.map(([name, type], i) => ({
        name,
        decode: interpretedDecoder(type, dialect, isLast(i, length, isTail)),
      }))
      return reader => {
        const value: Record<string, unknown> = {}
        for (const field of fields) value[field.name] = field.decode(reader)
        return value
      }
    }
    case 'array': {
      const element = interpretedDecoder(node.element, dialect, false)
      const read = dialect.role === 'key' ? readKeyArray : readValueArray
      return reader => read(reader, element)
    }
    case 'enum':
      return reader => dialect.readEnum(reader, node.members)
    default: {
      const codec = dialect.scalars[node.kind]
      return isTail ? codec.readTail : codec.read
    }
  }
}
