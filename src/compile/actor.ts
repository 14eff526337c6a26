import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { ParsedActor } from '../journey/actor.ts';
import type { EntryList } from '../journey/map-shapes.ts';
import type { TextNode } from '../journey/node.ts';
import { type Compiling, reportError } from './compiling.ts';
import { warnCredentials } from './credentials.ts';
import { checkIdentifier } from './identifier.ts';
import type { Layer } from './layers.ts';
import type { Position } from './position.ts';

const nobody = 'none';

/** Names and services of the actors that a journey declares; what they send is checked at each use. */
export function checkActors(compiling: Compiling, actors: EntryList<ParsedActor> | undefined): void {
  for (const { key, value } of actors?.entries ?? []) {
    checkIdentifier(compiling, key, 'an actor');
    if (key.text === nobody) {
      reportError(compiling, 'invalid-id', key.span, '"none" means that nobody keeps the cookies');
    }
    warnCredentials(compiling, value);
    for (const { key: service, value: own } of value.services?.entries ?? []) {
      warnCredentials(compiling, own);
      const known = compiling.project.services;
      if (known.includes(service.text)) continue;
      const message = `there is no service "${service.text}"`;
      reportError(compiling, 'unknown-service', service.span, message, didYouMean(service.text, known));
    }
  }
}

/** The actor's name, checked. */
export function compileActor(compiling: Compiling, node: TextNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const known = [...compiling.actors.keys()];
  if (node.text !== nobody && !known.includes(node.text)) {
    const message = `there is no actor "${node.text}"`;
    const fix = didYouMean(node.text, [...known, nobody], 'declare it under actors:');
    reportError(compiling, 'unknown-actor', node.span, message, fix);
  }
  return node.text;
}

/** What an actor sends to a service, the stronger layer first. */
export function actorLayers(
  compiling: Compiling,
  position: Position,
  name: string | undefined,
  service: string | undefined,
): readonly Layer[] {
  const actor = name === undefined ? undefined : compiling.actors.get(name);
  if (actor === undefined) return [];
  const there = actor.services?.entries.find(({ key }) => key.text === service)?.value;
  const lent: Position = { ...position, lentBy: 'actor' };
  return [there, actor].flatMap((settings) =>
    settings === undefined ? [] : [{ compiling, position: lent, settings }],
  );
}
