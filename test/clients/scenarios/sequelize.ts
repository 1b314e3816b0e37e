/** Sequelize: sync with alter, associations, transactions and levels, JSON, upserts, migrations by its QueryInterface. */

import { load } from '../support.ts'
import { type Scenario, Telling } from './telling.ts'

export const sequelizeScenario: Scenario = async where => {
  const { DataTypes, Op, Sequelize, Transaction } = await load('sequelize')
  const telling = new Telling()
  const { steps } = telling
  const tell = telling.tell.bind(telling)
  // biome-ignore lint/suspicious/noExplicitAny: Sequelize's types are not installed here
  type Any = any
  const { user: username, ...rest } = where
  const sequelize = new Sequelize({
    dialect: 'postgres',
    logging: false,
    ...rest,
    username,
    pool: { max: 3 },
  })
  const plainOf = (found: Any) => JSON.parse(JSON.stringify(found))
  const define = (more: Any = {}) => {
    const Person = sequelize.define(
      'person',
      {
        name: { type: DataTypes.STRING(60), allowNull: false, unique: true },
        age: { type: DataTypes.INTEGER, validate: { min: 0 } },
        doc: DataTypes.JSONB,
        tags: { type: DataTypes.ARRAY(DataTypes.TEXT), defaultValue: [] },
        ...more,
      },
      { timestamps: false, tableName: 'people' },
    )
    const Task = sequelize.define(
      'task',
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        title: DataTypes.TEXT,
        points: DataTypes.DECIMAL(6, 2),
        due: DataTypes.DATEONLY,
      },
      {
        timestamps: false,
        paranoid: false,
        indexes: [{ fields: ['title'] }, { fields: ['due'], where: { points: { [Op.gt]: 1 } } }],
      },
    )
    const Team = sequelize.define('team', { name: DataTypes.STRING }, { timestamps: false })
    Person.hasMany(Task, { foreignKey: { name: 'ownerId', allowNull: true }, onDelete: 'CASCADE' })
    Task.belongsTo(Person, { as: 'owner', foreignKey: 'ownerId' })
    Person.belongsToMany(Team, { through: 'memberships', timestamps: false })
    Team.belongsToMany(Person, { through: 'memberships', timestamps: false })
    return { Person, Task, Team }
  }
  try {
    let { Person, Task, Team } = define()
    await tell('sync', async () => {
      await sequelize.sync()
      return (await sequelize.getQueryInterface().showAllTables()).sort()
    })
    await tell('bulk create', async () =>
      plainOf(
        await Person.bulkCreate(
          [
            { name: 'Ann', age: 36, doc: { city: 'London', langs: ['en', 'fr'] }, tags: ['a', 'b"c'] },
            { name: 'Bob', age: 20 },
            { name: 'Eve', age: 51, doc: { city: 'Paris' } },
          ],
          { returning: true },
        ),
      ),
    )
    await tell('associations', async () => {
      const ann = await Person.findOne({ where: { name: 'Ann' } })
      await ann.createTask({ title: 'write', points: '3.50', due: '2024-02-29' })
      await ann.createTask({ title: 'read', points: '0.50' })
      const team = await Team.create({ name: 'red' })
      await team.addPeople([1, 3])
      return plainOf(
        await Person.findAll({
          include: [
            { model: Task, attributes: ['title', 'points', 'due'] },
            { model: Team, attributes: ['name'], through: { attributes: [] } },
          ],
          order: [
            ['id', 'ASC'],
            [Task, 'title', 'ASC'],
          ],
        }),
      )
    })
    await tell('where', async () =>
      plainOf(
        await Person.findAll({
          attributes: ['name', [sequelize.fn('upper', sequelize.col('name')), 'loud']],
          where: {
            [Op.or]: [
              { age: { [Op.between]: [30, 40] } },
              { 'doc.city': 'Paris' },
              { tags: { [Op.contains]: ['zzz'] } },
            ],
            name: { [Op.notILike]: 'b%', [Op.regexp]: '^[A-Z]' },
          },
          order: [['name', 'DESC']],
        }),
      ),
    )
    await tell('json', async () =>
      plainOf(
        await Person.findAll({
          attributes: ['name', [sequelize.json('doc.langs[0]'), 'first']],
          where: { doc: { langs: { [Op.contains]: ['fr'] } } },
        }),
      ),
    )
    await tell('grouped', async () =>
      plainOf(
        await Task.findAll({
          attributes: [
            'ownerId',
            [sequelize.fn('count', '*'), 'n'],
            [sequelize.fn('sum', sequelize.col('points')), 'sum'],
          ],
          group: ['ownerId'],
          having: sequelize.where(sequelize.fn('count', '*'), Op.gt, 1),
        }),
      ),
    )
    await tell(
      'paged with includes',
      async () =>
        plainOf(
          await Person.findAndCountAll({
            include: Task,
            limit: 2,
            offset: 0,
            distinct: true,
            order: [
              ['id', 'ASC'],
              [Task, 'title', 'DESC'],
            ],
            attributes: ['name'],
          }),
        ).count,
    )
    await tell('find or create', async () => {
      const [, isNew] = await Person.findCreateFind({ where: { name: 'Zoe' }, defaults: { age: 9 } })
      const [, isNewAgain] = await Person.findCreateFind({ where: { name: 'Zoe' }, defaults: { age: 9 } })
      return [isNew, isNewAgain]
    })
    await tell('upsert', async () =>
      plainOf(await Person.upsert({ name: 'Bob', age: 21 }, { conflictFields: ['name'] })),
    )
    await tell('bulk upsert', async () => {
      await Person.bulkCreate(
        [
          { name: 'Bob', age: 22 },
          { name: 'Dan', age: 1 },
        ],
        { updateOnDuplicate: ['age'] },
      )
      return plainOf(await Person.findAll({ attributes: ['name', 'age'], order: ['name'] }))
    })
    await tell('increment', async () => {
      await Person.increment({ age: 5 }, { where: { name: 'Bob' } })
      return (await Person.findOne({ where: { name: 'Bob' } })).age
    })
    await tell('update returning', async () => {
      const [count, rows] = await Person.update(
        { age: sequelize.literal('age * 2') },
        { where: { name: ['Bob', 'Dan'] }, returning: ['name', 'age'] },
      )
      return [count, plainOf(rows)]
    })
    await tell('unique violation', () => Person.create({ name: 'Ann' }))
    await tell('foreign key violation', () => Task.create({ title: 'x', ownerId: 999 }))
    await tell('a transaction, and one inside', async () => {
      await sequelize.transaction(async (outer: Any) => {
        await Person.create({ name: 'Outer' }, { transaction: outer })
        await sequelize
          .transaction({ transaction: outer }, async (inner: Any) => {
            await Person.create({ name: 'Inner' }, { transaction: inner })
            throw new Error('back')
          })
          .catch(() => {})
      })
      return Person.count({ where: { name: ['Outer', 'Inner'] } })
    })
    await tell('a level', () =>
      sequelize.transaction(
        { isolationLevel: Transaction.ISOLATION_LEVELS.REPEATABLE_READ },
        async (transaction: Any) => {
          const [rows] = await sequelize.query('show transaction_isolation', { transaction })
          return rows
        },
      ),
    )
    await tell('a lock', () =>
      sequelize.transaction(async (transaction: Any) =>
        plainOf(
          await Person.findAll({
            where: { name: 'Ann' },
            attributes: ['name'],
            lock: transaction.LOCK.UPDATE,
            skipLocked: true,
            transaction,
          }),
        ),
      ),
    )
    await tell('bind and replace', async () => {
      const [bound] = await sequelize.query('select $1::int + $other::int as n'.replace('$other', '$2'), {
        bind: [1, 2],
      })
      const [replaced] = await sequelize.query('select :text as t, :list::text as l', {
        replacements: { text: "O'Hara", list: 'x' },
      })
      return [bound, replaced]
    })
    await tell('cascade', async () => {
      await Person.destroy({ where: { name: 'Ann' } })
      return Task.count()
    })
    await tell('sync with alter', async () => {
      ;({ Person, Task, Team } = define({
        country: { type: DataTypes.STRING(2), defaultValue: 'GB' },
        age: { type: DataTypes.BIGINT },
      }))
      await sequelize.sync({ alter: true })
      const { country, age } = await sequelize.getQueryInterface().describeTable('people')
      return [country, age]
    })
    await tell('and again, with nothing to do', async () => {
      await sequelize.sync({ alter: true })
      return plainOf(await Person.findAll({ attributes: { exclude: ['id'] }, order: ['name'] }))
    })
    await tell('the query interface', async () => {
      const tables = sequelize.getQueryInterface()
      await tables.addColumn('teams', 'motto', {
        type: DataTypes.STRING,
        allowNull: false,
        defaultValue: '-',
      })
      await tables.renameColumn('teams', 'motto', 'slogan')
      await tables.changeColumn('teams', 'slogan', { type: DataTypes.TEXT, allowNull: true })
      await tables.addIndex('teams', ['name'], { unique: true, name: 'teams_name' })
      await tables.addConstraint('people', {
        type: 'check',
        fields: ['age'],
        name: 'grown',
        where: { age: { [Op.gte]: 0 } },
      })
      const { slogan } = await tables.describeTable('teams')
      const indexes = (await tables.showIndex('teams')).map(({ name, unique, primary, fields }: Any) => [
        name,
        unique,
        primary,
        fields.map(({ attribute }: Any) => attribute),
      ])
      const keys = (await tables.getForeignKeyReferencesForTable('tasks')).map(
        ({ columnName, referencedTableName, referencedColumnName }: Any) => [
          columnName,
          referencedTableName,
          referencedColumnName,
        ],
      )
      return [slogan, indexes, keys]
    })
    await tell('the check holds', () => sequelize.query("insert into people (name, age) values ('x', -1)"))
    await tell('removed again', async () => {
      const tables = sequelize.getQueryInterface()
      await tables.removeConstraint('people', 'grown')
      await tables.removeIndex('teams', 'teams_name')
      await tables.removeColumn('teams', 'slogan')
      await tables.renameTable('teams', 'groups')
      await tables.dropTable('memberships')
      return (await tables.showAllTables()).sort()
    })
    await tell('truncate', async () => {
      await Task.truncate()
      await Person.truncate({ cascade: true, restartIdentity: true })
      return (await Person.create({ name: 'first' })).id
    })
    return steps
  } finally {
    await sequelize.close()
  }
}
