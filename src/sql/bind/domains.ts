/** What a value must fulfil to be one of a domain: NOT NULL and checks, of it and of what it is over, base first. */

import { parseExpression } from '../syntax/parser.ts'
import { type SqlType, withoutDomain } from '../types/type.ts'
import type { DomainCheck, DomainValue } from './bound.ts'
import { CLAUSES } from './clause.ts'
import { coerceToBoolean } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { Scope } from './scope.ts'
import { withoutPlaces } from './stored-text.ts'

/** VALUE in a domain's check. */
export function domainValue(type: SqlType): DomainValue {
  return { kind: 'domain value', type: withoutDomain(type), modifier: type.baseModifier, at: -1 }
}

export function checksOfDomain(scope: Scope, type: SqlType): DomainCheck['checks'] {
  const { binding } = scope
  const known = binding.domainChecks.get(type)
  if (known !== undefined) return known
  const inherited = type.base?.kind === 'domain' ? checksOfDomain(scope, type.base) : []
  const own: DomainCheck['checks'][number][] = []
  const domain = binding.catalog.domain(type)
  if (domain !== undefined) {
    if (domain.isNotNull) own.push({ name: '', domain: type.displayName, expression: 'not null' })
    const inside = new Scope(binding, undefined)
    inside.clause = CLAUSES.check
    inside.domainValue = domainValue(type)
    for (const check of domain.checks) {
      const expression = bindExpression(inside, withoutPlaces(parseExpression(check.text)))
      own.push({
        name: check.name,
        domain: type.displayName,
        expression: coerceToBoolean(inside, expression, 'CHECK'),
      })
    }
  }
  const checks = [...inherited, ...own]
  binding.domainChecks.set(type, checks)
  return checks
}
