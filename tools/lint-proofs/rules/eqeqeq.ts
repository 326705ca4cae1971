// apps/cms-service/src/proof.ts
// eqeqeq: Expected '===' and instead saw '=='
export const isOne = (text: string) => text == '1';
