// tools/proof.mjs
// no-undef: 'answersOn' is not defined
export const isReady = (port) => answersOn(port, 'PING');
