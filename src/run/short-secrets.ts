import { encodedForms } from './encoded-forms.ts';

/** Secrets that are too short to be looked for everywhere: they would be noise. */
export interface ShortSecrets {
  add(secret: string): void;
  /** Hides them where each is a whole value of JSON, of a form or query, or of a cookie. */
  replaceAll(text: string, by: string): string;
}

// A string or a member's name of JSON; a value of a form, a query or a cookie, up to its end.
const textValue = /(?<=["=])[^"=&;]{1,64}(?=["&;]|$)/g;
const numberValue = /([:,[]\s*)(-?[\d.eE+-]{1,3})(?=\s*[,}\]])/g;

export function createShortSecrets(): ShortSecrets {
  const forms = new Set<string>();
  return {
    add(secret) {
      forms.add(secret);
      // A sign or two, as of one inside base64, may stand for anything.
      for (const form of encodedForms(secret)) if (form.length > 2) forms.add(form);
    },
    replaceAll(text, by) {
      if (forms.size === 0) return text;
      const hide = (value: string): string => (forms.has(value) ? by : value);
      return text
        .replace(textValue, hide)
        .replace(numberValue, (_all, before: string, value: string) => before + hide(value));
    },
  };
}
