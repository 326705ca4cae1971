import { type AnyApp, type ConfigSection, type ConfigVariable, describeConfig } from '@mediamesh/app';

const heading = `# Configuration

Every variable of the environment that MediaMesh reads, generated from the schemas that read them (\`npm run generate\`). \`npm start\` needs none of them.
A process reports all mistakes of all its apps together, repeats no value, and does not start. An empty variable is one that is not given; a switch is
\`on\`, \`true\` or \`1\`, or \`off\`, \`false\` or \`0\`. \`MESH_APPS\` names the apps a process hosts (all of them without it), \`MESH_FOLDER\` and \`MESH_SERVERS_FOLDER\` where the commands
keep things.

In production (\`NODE_ENV=production\`) nothing is made or migrated at the start: \`npm run mesh -- migrate\` is a step of its own, or \`node dist/apps/<app>/src/main.js migrate\` for one app.
`;

/** The text of `docs/configuration.md`. */
export const writeConfigurationPage = (apps: readonly AnyApp[]): string =>
  heading + describeConfig(apps).map(writeSection).join('');

const writeSection = ({ title, variables }: ConfigSection): string =>
  `\n## ${title.charAt(0).toUpperCase()}${title.slice(1)}\n\n| Variable | Default | Meaning |\n|---|---|---|\n${variables.map(writeVariable).join('')}`;

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
