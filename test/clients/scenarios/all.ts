/** The scenarios by their names. */

import { knexScenario } from './knex.ts'
import { postgresScenario } from './postgres.ts'
import { sequelizeScenario } from './sequelize.ts'
import type { Scenario } from './telling.ts'
import { typeormScenario } from './typeorm.ts'

export const SCENARIOS: Readonly<Record<'knex' | 'postgres' | 'sequelize' | 'typeorm', Scenario>> = {
  knex: knexScenario,
  postgres: postgresScenario,
  sequelize: sequelizeScenario,
  typeorm: typeormScenario,
}
