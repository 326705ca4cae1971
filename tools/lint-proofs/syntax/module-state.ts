// apps/cms-service/src/proof.ts
// no-restricted-syntax: A module keeps no state: nine apps may share this process.
let count = 0;

export const next = () => (count += 1);
