import { isGateway } from '@mediamesh/contracts';
import { describeApis, type OpenApiDocument } from '@mediamesh/http';
import { checkEndpoints } from './check-endpoints.js';
import { commonEndpointsOf } from './common-endpoints.js';
import type { AnyApp } from './define-app.js';

const calledByServices = [
  'Only gateways and other services call it. Each call carries in `x-service-authorization` a token that auth-service',
  'issued to the caller for this one service (`issueServiceToken` there), and in `Authorization` the token of the',
  'person who stands behind the call, if there is one. People use the gateways: [CMS](http://127.0.0.1:8081/docs) and',
  '[discovery](http://127.0.0.1:8080/docs), unless their ports were configured otherwise.',
].join(' ');

/** Needs no database or configuration. Throws when an endpoint is not implemented exactly once. */
export function describeApp(app: AnyApp): OpenApiDocument {
  const common = commonEndpointsOf(app);
  checkEndpoints(
    app,
    common.map(({ controller }) => controller),
  );
  const { title = app.name, description = '' } = app.about ?? {};
  const paragraphs = !isGateway(app.name) ? [description, calledByServices] : [description];
  return describeApis({ title: `MediaMesh ${title}`, description: paragraphs.join('\n\n') }, [
    ...app.apis,
    ...common.map(({ api }) => api),
  ]);
}
