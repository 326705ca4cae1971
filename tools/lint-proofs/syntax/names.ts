// apps/cms-service/src/proof.ts
// no-restricted-syntax: A name says what a thing is in the domain.
export class ProgramManager {}
