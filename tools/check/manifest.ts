/** Rules on package.json and the lock file. Returns one sentence for each violation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Minimum versions, also of indirect dependencies: older ones have a known bug, or do not work with the others. */
const floors: Readonly<Record<string, string>> = {
  '@nestjs/core': '12.5.1',
  '@nestjs/platform-fastify': '12.5.0',
  jsonwebtoken: '9.0.0',
  kafkajs: '2.2.4',
  opossum: '10.0.0',
  typeorm: '1.1.1',
};
const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

const numbers = (version: string): number[] => (version.split('-')[0] ?? '').split('.').map(Number);
function isOlder(version: string, floor: string): boolean {
  const [one, other] = [numbers(version), numbers(floor)];
  const index = one.findIndex((number, at) => number !== other[at]);
  return index >= 0 && (one[index] ?? 0) < (other[index] ?? 0);
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

export function checkManifest(root: string): string[] {
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  const manifest = JSON.parse(read('package.json')) as Manifest;
  const lockText = read('package-lock.json');
  const lock = JSON.parse(lockText) as Lock;
  const wanted = Object.entries({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
  });
  const locked = Object.entries(lock.packages).map(([path, { version = '' }]) => ({
    name: path.split('node_modules/').at(-1) ?? '',
    version,
    floor: floors[path.split('node_modules/').at(-1) ?? ''],
  }));
  return [
    ...wanted
      .filter(([, version]) => !exact.test(version))
      .map(([name, version]) => `package.json: ${name} is ${version}, not one exact version`),
    ...wanted
      .filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)
      .map(([name, version]) => `package-lock.json: ${name} is not ${version}`),
    ...Object.keys(floors)
      .filter((floor) => !locked.some(({ name }) => name === floor))
      .map((floor) => `tools/check/manifest.ts: ${floor} is not installed and needs no floor`),
    ...locked
      .filter(({ version, floor }) => floor && isOlder(version, floor))
      .map(({ name, version, floor }) => `package-lock.json: ${name} ${version} is older than ${floor}`),
    ...(lockText.includes('"resolved"') ? ['package-lock.json: names the addresses of packages ("resolved")'] : []),
  ];
}
