import { type EngineRequest, OpenSearchEngine } from './engine.js';

/** An engine that answers what a test says, or rejects as it throws, and remembers what it was asked. */
export class AnsweringEngine extends OpenSearchEngine {
  readonly asked: EngineRequest[] = [];

  constructor(private readonly answer: (request: EngineRequest) => object) {
    super({ url: 'http://127.0.0.1:1' });
  }

  override async send<T>(request: EngineRequest): Promise<T> {
    this.asked.push(request);
    return this.answer(request) as T;
  }
}
