import { Chalk } from 'chalk';
import type { Painter } from '../diagnostics/render.ts';
import type { Look } from './reporter.ts';

/** Colours of diagnostics, for a stream that shows them. */
export function createPainter({ colour }: Look): Painter {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return { error: chalk.red.bold, warning: chalk.yellow.bold, dim: chalk.dim };
}
