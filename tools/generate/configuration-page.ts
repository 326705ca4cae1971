import { type AnyApp, type ConfigSection, type ConfigVariable, describeConfig } from '@mediamesh/app';

const heading = `# Configuration

Every environment variable that MediaMesh reads, generated from the schemas that read them (\`npm run generate\`).
\`npm start\` needs none of them.

A process that finds a mistake reports all mistakes of all its apps together and does not start; it repeats no value.
An empty variable counts as not given. A switch is \`on\`, \`true\` or \`1\`, or \`off\`, \`false\` or \`0\`.
\`MESH_APPS\` names the apps that a process hosts, all of them by default. \`MESH_FOLDER\` and
\`MESH_SERVERS_FOLDER\` name the folders that commands keep things in.

In production (\`NODE_ENV=production\`) the start makes and migrates nothing: \`npm run mesh -- migrate\` is a step of
its own, or \`node dist/apps/<app>/src/main.js migrate\` for one app.
`;

export const writeConfigurationPage = (apps: readonly AnyApp[]): string =>
  heading + describeConfig(apps).map(writeSection).join('');

const writeSection = ({ title, variables }: ConfigSection): string =>
  [
    `\n## ${title.charAt(0).toUpperCase()}${title.slice(1)}\n`,
    '| Variable | Default | Meaning |',
    '|---|---|---|',
    variables.map(writeVariable).join(''),
  ].join('\n');

function writeVariable({
  name,
  description,
  default: value,
  required,
  requiredWhen = [],
  choices,
}: ConfigVariable): string {
  const demand = required
    ? 'required'
    : requiredWhen.length > 0
      ? `required when ${requiredWhen.map((when) => `\`${when}\``).join(' or ')}`
      : '';
  const meaning = [description, choices && `One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`]
    .filter((part) => part !== undefined)
    .join(' ');
  return `| \`${name}\` | ${value ? `\`${value}\`` : demand} | ${meaning.replaceAll('|', '\\|')} |\n`;
}
