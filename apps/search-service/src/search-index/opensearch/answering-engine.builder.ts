import { type EngineRequest, OpenSearchEngine } from './engine.js';

/** An engine whose requests are answered by the function of a test, and recorded. */
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
