export function cacheFolder(): string;
export function ensureCached(options: {
  name: string;
  recipe: string[];
  make: (folder: string) => void | Promise<void>;
  say: (line: string) => void;
}): Promise<string>;
