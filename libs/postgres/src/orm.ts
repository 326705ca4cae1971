/** The parts of TypeORM for other projects. Only this one uses the driver. */
export { EntityManager, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { MigrationInterface } from 'typeorm';

/** A migration. The class name ends in 13 digits, which order it. */
export type MigrationClass = new () => MigrationInterface;
