import { describe, expect, it } from '@jest/globals';
import { describeConfig } from '@mediamesh/app';
import { apps } from '../generate/apps.js';
import { variablesFor } from './app-variables.js';

const sections = describeConfig(apps);
const namesOf = (...titles: readonly string[]): string[] =>
  sections.filter(({ title }) => titles.includes(title)).flatMap(({ variables }) => variables.map(({ name }) => name));
/** Every variable there is, each with its own name for a value. */
const all = Object.fromEntries(namesOf(...sections.map(({ title }) => title)).map((name) => [name, name]));
/** What opens something. */
const opens = /SECRET|PASSWORD|ACCESS_KEY|_EMAIL$|^POSTGRES_URL$|DATABASE_URL$/;
/** Every process reads these: cursors are signed, and limits, topics and tables may be anybody's. */
const everybodys = /^(?:CURSOR_SECRETS|KAFKA_|REDIS_|DYNAMODB_)/;

describe.each(apps.map((app) => ({ name: app.name, app })))('a process of $name alone', ({ name, app }) => {
  const given = Object.keys(variablesFor(app, all));

  it('is given whatever it reads', () => {
    const read = namesOf('every process', 'addresses', 'limits of the gateways', name).filter(
      (variable) => variable !== 'POSTGRES_URL' || app.database !== undefined,
    );
    expect(given).toEqual(expect.arrayContaining([...read, `SERVICE_SECRET_${name.toUpperCase().replace('-', '_')}`]));
  });

  it('is given nothing that opens what is not its own', () => {
    const own = new Set([
      ...namesOf(name),
      `SERVICE_SECRET_${name.toUpperCase().replace('-', '_')}`,
      ...(app.database ? ['POSTGRES_URL'] : []),
    ]);
    const others = given.filter((variable) => opens.test(variable) && !everybodys.test(variable) && !own.has(variable));
    expect(others).toEqual(
      name === 'auth-service'
        ? namesOf('secrets between apps').filter((variable) => variable !== 'SERVICE_SECRET_AUTH_SERVICE')
        : [],
    );
  });
});
