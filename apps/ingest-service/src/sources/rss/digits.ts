/** Arabic-Indic and Persian digits as ASCII ones, so that numbers written in either can be read. */
export function foldDigits(text: string): string {
  return text.replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0x0f));
}
