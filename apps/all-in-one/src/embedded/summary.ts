import type { Environment } from '@mediamesh/app';
import type { MeshFile } from './mesh-file.js';

export function summaryOf({ cms, discovery, editor }: MeshFile, environment: Environment): string {
  const login = JSON.stringify({ email: editor.email, password: editor.password });
  return `
MediaMesh is up.

  Editors     ${cms}          Swagger ${cms}/docs
  The public  ${discovery}          Swagger ${discovery}/docs
  Log in as   ${editor.email}   password ${editor.password}
  Logs        ${environment['LOG_FOLDER'] ?? 'standard output'}

Try it:
  TOKEN=$(curl -s ${cms}/api/v1/auth/login -H 'content-type: application/json' \\
    -d '${login}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
  curl -s ${cms}/api/v1/cms/programs -H "authorization: Bearer $TOKEN"
  curl -s '${discovery}/api/v1/discovery/search?q=%D8%A7%D9%84%D9%82%D9%87%D9%88%D8%A9'

Import a feed:  npm run mesh -- import <address or file> --publish
Stop:           Ctrl-C
`;
}
