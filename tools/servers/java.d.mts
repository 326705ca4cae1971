export interface Java {
  home: string;
  version: string;
  major: number;
}

export function findJavas(): Java[];
export function needJava(major: number, javas?: Java[]): Java;
