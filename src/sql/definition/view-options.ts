/** `WITH (…)` of a view: who it reads for, and whether new rows are held to its conditions. */

import { notSupported, SqlError } from '../errors.ts'
import type { CreateView, StorageParameter } from '../syntax/tree.ts'

const TRUE = ['true', 'on', 'yes', '1', 't', 'y', 'tr', 'tru', 'ye']
const FALSE = ['false', 'off', 'no', '0', 'f', 'n', 'of', 'fa', 'fal', 'fals']

/** @throws SqlError 22023; 0A000 security_barrier */
export function checkViewOptions(options: readonly StorageParameter[]): void {
  for (const { name, value } of options) {
    switch (name) {
      case 'check_option':
        if (/^(local|cascaded)$/i.test(value)) break
        throw new SqlError('22023', `invalid value for enum option "check_option": ${value}`, {
          detail: 'Valid values are "local" and "cascaded".',
        })
      case 'security_invoker':
        isTrue(name, value)
        break
      case 'security_barrier':
        if (isTrue(name, value)) throw notSupported('security_barrier of a view')
        break
      default:
        throw new SqlError('22023', `unrecognized parameter "${name}"`)
    }
  }
}

function isTrue(name: string, value: string): boolean {
  const word = value.toLowerCase()
  if (TRUE.includes(word)) return true
  if (FALSE.includes(word)) return false
  throw new SqlError('22023', `invalid value for boolean option "${name}": ${value}`)
}

/** All that CREATE VIEW says: the clause WITH CHECK OPTION is an option, too. */
export function optionsOfView({ options = [], checkOption }: CreateView): readonly StorageParameter[] {
  checkViewOptions(options)
  return checkOption === 'none' ? options : [...options, { name: 'check_option', value: checkOption }]
}

function optionNamed(options: readonly string[], name: string): string | undefined {
  return options.find(one => one.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** What is stored of a view's options. @param options as pg_class.reloptions has them */
export function storedViewOptions(options: readonly string[] | undefined): {
  readonly checkOption: CreateView['checkOption']
  readonly options?: readonly string[]
  readonly isSecurityInvoker?: boolean
} {
  if (options === undefined) return { checkOption: 'none' }
  const check = optionNamed(options, 'check_option')?.toLowerCase()
  const invoker = optionNamed(options, 'security_invoker')
  return {
    checkOption: check === 'local' || check === 'cascaded' ? check : 'none',
    options,
    ...(invoker !== undefined && isTrue('security_invoker', invoker) ? { isSecurityInvoker: true } : {}),
  }
}
