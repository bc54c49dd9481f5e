// What the scripts of pages find beside them: for TypeScript, which checks each file alone.
declare const uFuzzy: new (options: object) => { filter(haystack: string[], needle: string): number[] | null };
declare const Where: {
  search(query: string, all: object): boolean[];
  WhereError: new (message: string) => Error & { said: string; wrong: string; meant: string };
};
declare const module: { exports: unknown };
