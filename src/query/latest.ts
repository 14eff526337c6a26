/** Remembers the last answer alone: the assertions of a step look into one document again and again. */
export function rememberLatest<Args extends readonly unknown[], Result>(
  create: (...args: Args) => Result,
): (...args: Args) => Result {
  let latest: { readonly args: Args; readonly result: Result } | undefined;
  return (...args) => {
    if (latest === undefined || args.some((arg, index) => arg !== latest?.args[index])) {
      latest = { args, result: create(...args) };
    }
    return latest.result;
  };
}
