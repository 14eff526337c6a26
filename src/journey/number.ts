import { type ExactNumber, numberFrom } from '../query/value.ts';

const json = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const decimal = /^([-+]?)(\d*)(?:\.(\d*))?([eE][-+]?\d+)?$/;

/** A plain number of YAML 1.2 core (`010` is ten, `0x1F` is 31) as JSON; undefined for `.inf` and `.nan`. */
export function readPlainNumber(written: string): number | ExactNumber | undefined {
  if (json.test(written)) return numberFrom(written);
  if (/^0[xo]/.test(written)) return numberFrom(BigInt(written).toString());
  const parts = decimal.exec(written);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = ''] = parts;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const minus = sign === '-' ? '-' : '';
  return numberFrom(`${minus}${digits}${fraction === '' ? '' : `.${fraction}`}${exponent}`);
}
