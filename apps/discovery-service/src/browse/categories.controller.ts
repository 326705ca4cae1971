import { type Answer, discoveryServiceApi, type Input } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { currentContext } from '@mediamesh/observability';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CategoriesService } from './categories.service.js';
import { sayLanguage } from './content-language.js';

type Endpoint = Endpoints<typeof discoveryServiceApi>['listCategories'];

@Controller()
export class CategoriesController {
  constructor(private readonly categories: CategoriesService) {}

  @Implements(discoveryServiceApi, 'listCategories')
  async list(
    @In() { query }: Input<Endpoint>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Endpoint>> {
    const { views, language } = await this.categories.list(query, currentContext()?.acceptLanguage);
    sayLanguage(reply, [{ language }]);
    return views;
  }
}
