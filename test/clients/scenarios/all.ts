/** The scenarios by their names. */

import { knexScenario } from './knex.ts'
import { sequelizeScenario } from './sequelize.ts'
import type { Scenario } from './telling.ts'
import { typeormScenario } from './typeorm.ts'

export const SCENARIOS: Readonly<Record<'knex' | 'sequelize' | 'typeorm', Scenario>> = {
  knex: knexScenario,
  sequelize: sequelizeScenario,
  typeorm: typeormScenario,
}
