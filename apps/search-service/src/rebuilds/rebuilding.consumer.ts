import { searchIndexRequested } from '@mediamesh/contracts';
import { Consumes } from '@mediamesh/events';
import { Controller } from '@nestjs/common';
import { RebuildExecutor } from './rebuild-executor.js';

/** Wakes the executor. The handler does not wait for the rebuild, which takes minutes. */
@Controller()
export class RebuildingConsumer {
  constructor(private readonly executor: RebuildExecutor) {}

  @Consumes(searchIndexRequested, { consumer: 'rebuilding', effects: 'elsewhere' })
  requested(): void {
    this.executor.wake();
  }
}
