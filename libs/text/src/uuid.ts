const pattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Any version, in canonical form (RFC 9562): hyphens, lower case. */
export const isUuid = (text: string): boolean => pattern.test(text);
