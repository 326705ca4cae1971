import { type AnyApp, type ConfigSection, type ConfigVariable, describeConfig } from '@mediamesh/app';

const heading = `# Every variable MediaMesh reads, generated from the schemas that read them (npm run generate).
#
# npm start needs none of them: it makes its own server and keeps secrets of its own in .mesh/secrets.
# A line that is commented out shows the default, or is empty where there is none; the others must be set.
`;

export const writeEnvironmentFile = (apps: readonly AnyApp[]): string =>
  `${heading}${describeConfig(apps).map(writeSection).join('')}`;

const writeSection = ({ title, variables }: ConfigSection): string =>
  `\n# ── ${title}\n\n${variables.map(writeVariable).join('').trimStart()}`;

/** A variable with remarks is preceded by a blank line. */
function writeVariable({
  name,
  description,
  default: value,
  required,
  requiredWhen = [],
  choices,
}: ConfigVariable): string {
  const remarks = [
    description,
    choices && `One of: ${choices.join(' ')}`,
    requiredWhen.length > 0 ? `Required when ${requiredWhen.join(' or ')}` : undefined,
  ].filter((remark) => remark !== undefined);
  const assignment = `${required ? '' : '# '}${name}=${value ?? ''}\n`;
  return remarks.length > 0 ? `\n${remarks.map((remark) => `# ${remark}\n`).join('')}${assignment}` : assignment;
}
