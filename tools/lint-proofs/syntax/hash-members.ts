// apps/cms-service/src/proof.ts
// no-restricted-syntax: What is private says `private`, as in all of Nest.
export class Counter {
  #count = 0;

  next(): number {
    return (this.#count += 1);
  }
}
