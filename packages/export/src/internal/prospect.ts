/** What becomes of an export whose sink has failed. */
export const prospect = (lasting: boolean): string =>
  lasting
    ? "Nothing is lost, but the export does not go on until somebody has mended that."
    : "Nothing is lost; the export goes on once it can."
