/** The parts of TypeORM that others may use: the driver itself stays behind this project. */
export { EntityManager, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { MigrationInterface } from 'typeorm';

/** A migration: its class name ends in 13 digits, which order it. */
export type MigrationClass = new () => MigrationInterface;
