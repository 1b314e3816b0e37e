/** The records that every contender stores: six typed columns, a function of the number alone. */

export interface Person {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly country: string
  readonly balance: number
  readonly joined: Date
}

const COUNTRIES = ['AT', 'BR', 'DE', 'FR', 'GH', 'IN', 'JP', 'NZ', 'PE', 'US']
const FIRST_JOINED = 1_600_000_000_000

export function emailOf(id: number): string {
  return `person.${id}@example.org`
}

export function personOf(id: number): Person {
  return {
    id,
    name: `Person number ${id}`,
    email: emailOf(id),
    country: COUNTRIES[id % COUNTRIES.length]!,
    balance: id * 1.25,
    joined: new Date(FIRST_JOINED + id * 1000),
  }
}

/** The digest after `person` was read next. Every column is looked at, so none may be missing or lazy. */
export function foldPerson(digest: number, person: Person): number {
  const { id, name, email, country, balance, joined } = person
  let folded = Math.imul(digest, 31) + id + name.length + email.charCodeAt(email.length >> 1)
  folded += country.charCodeAt(1) + Math.floor(balance) + (joined.getTime() - FIRST_JOINED) / 1000
  return folded | 0
}
