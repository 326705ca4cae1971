import { searchIndexRequested } from '@mediamesh/contracts';
import { Consumes } from '@mediamesh/events';
import { Controller } from '@nestjs/common';
import { RebuildExecutor } from './rebuild-executor.js';

/** Hears that a rebuild is wanted. It takes minutes, so it happens behind the handler, under a lease of its own. */
@Controller()
export class RebuildingConsumer {
  constructor(private readonly executor: RebuildExecutor) {}

  @Consumes(searchIndexRequested, { consumer: 'rebuilding', effects: 'elsewhere' })
  requested(): void {
    this.executor.wake();
  }
}
