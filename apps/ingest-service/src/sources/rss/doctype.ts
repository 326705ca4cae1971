export interface Doctype {
  /** Index after the declaration; the length of the text when it does not end. */
  end: number;
  entities: string[];
}

const ENTITY = /<!ENTITY\s+([^\s%"'<>]+)\s/g;

/** Finds the end of the declaration at `start`. Skips the quotes and comments of its internal subset. */
export function passDoctype(text: string, start: number): Doctype {
  let isInSubset = false;
  for (let at = start + '<!DOCTYPE'.length; at < text.length; at += 1) {
    const character = text[at];
    if (character === '[') isInSubset = true;
    else if (character === ']') isInSubset = false;
    else if (character === '"' || character === "'") at = findEnd(text, character, at + 1);
    else if (character === '<' && text.startsWith('<!--', at)) at = findEnd(text, '-->', at + 4) + 2;
    else if (character === '>' && !isInSubset) {
      return { end: at + 1, entities: Array.from(text.slice(start, at).matchAll(ENTITY), ([, name]) => name!) };
    }
  }
  return { end: text.length, entities: [] };
}

function findEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? text.length : at;
}
