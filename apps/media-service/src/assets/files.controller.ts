import type { Readable } from 'node:stream';
import { type Input, mediaServiceApi, Refusal } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FilesService } from './files.service.js';

type Media = Endpoints<typeof mediaServiceApi>;

@Controller()
export class FilesController {
  constructor(private readonly files: FilesService) {}

  @Implements(mediaServiceApi, 'readFile')
  async read(
    @In() { params }: Input<Media['readFile']>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const { status, headers, body } = await this.files.read({
      ...params,
      headers: request.headers,
      headOnly: request.method === 'HEAD',
    });
    reply.headers(headers);
    if (status === 416) throw new Refusal('rangeNotSatisfiable', 'request.range_not_satisfiable');
    reply.status(status);
    return body;
  }
}
