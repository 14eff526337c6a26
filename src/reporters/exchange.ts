import type {
  BodyEvidence,
  CommandEvidence,
  Evidence,
  HopEvidence,
  RequestEvidence,
  ResponseEvidence,
} from '../run/outcome.ts';
import { isJson, layJson } from './json-text.ts';
import { joinParts, type Style } from './style.ts';
import { cutEnd, renderSize, visible, visibleLine } from './text.ts';

/** How much of a body is shown. */
interface Excerpt {
  readonly lines: number;
  readonly width: number;
}

const shortExcerpt: Excerpt = { lines: 12, width: 200 };
const longExcerpt: Excerpt = { lines: 200, width: 2000 };

type Headers = RequestEvidence['headers'];

/** `response 409 Conflict · application/json · 44 B`, and the beginning of its body. */
export function renderResponse(response: ResponseEvidence, style: Style): readonly string[] {
  return [sayResponse(response, style), ...renderBody(response.body, shortExcerpt, style).map(indent)];
}

/** `called with POST · application/json · 44 B`, and the beginning of its body. */
export function renderCall({ method, headers, body }: RequestEvidence, style: Style): readonly string[] {
  const parts = [`called with ${method}`, typeOf(headers), sayBodySize(body?.size ?? 0)];
  const shown = body === undefined ? [] : renderBody(body, shortExcerpt, style);
  return [visibleLine(joinParts(style, parts)), ...shown.map(indent)];
}

type Exchanged = Pick<Evidence, 'request' | 'response' | 'hops' | 'command' | 'call'>;

/** Everything that went over the wire, or that a command wrote, as far as it is kept. */
export function renderExchange(
  { request, response, hops = [], command, call }: Exchanged,
  style: Style,
): readonly string[] {
  const lines = hops.flatMap(renderHop);
  if (request !== undefined) {
    lines.push(visibleLine(`> ${request.method} ${request.url}`), ...renderHeaders(request.headers, '>'));
    if (request.body !== undefined) lines.push(...renderBody(request.body, longExcerpt, style).map(indent));
  }
  if (response !== undefined) {
    lines.push(visibleLine(`< ${sayVersion(response.httpVersion)}${response.status} ${response.statusText}`));
    lines.push(...renderHeaders(response.headers, '<'));
    lines.push(...renderBody(response.body, longExcerpt, style).map(indent));
  }
  if (call !== undefined) {
    lines.push(visibleLine(`< ${call.method} ${call.url}`), ...renderHeaders(call.headers, '<'));
    if (call.body !== undefined) lines.push(...renderBody(call.body, longExcerpt, style).map(indent));
  }
  if (command !== undefined)
    lines.push(visibleLine(`> ${command.text}`), ...outputLines(command, longExcerpt, style));
  return lines;
}

/** A request on the way to the last one: answered with a redirect, or with a challenge. */
function renderHop({ method, url, status, location }: HopEvidence): readonly string[] {
  const to = location === undefined ? '' : `, to ${location}`;
  return [visibleLine(`> ${method} ${url}`), visibleLine(`< ${status}${to}`)];
}

/** `exit 3`, and the beginning of what a command wrote. */
export function renderCommandOutput(command: CommandEvidence, style: Style): readonly string[] {
  return outputLines(command, shortExcerpt, style);
}

function outputLines(
  { exitCode, stdout, stderr }: CommandEvidence,
  excerpt: Excerpt,
  style: Style,
): readonly string[] {
  const part = (name: string, body: BodyEvidence): readonly string[] =>
    body.size === 0
      ? []
      : [`${name} ${renderSize(body.size)}`, ...renderBody(body, excerpt, style).map(indent)];
  const ended = exitCode === undefined ? [] : [`exit ${exitCode}`];
  return [...ended, ...part('stdout', stdout), ...part('stderr', stderr)];
}

function sayVersion(version: string): string {
  if (version === '') return '';
  return version.startsWith('HTTP/') ? `${version} ` : `HTTP/${version} `;
}

function sayResponse(response: ResponseEvidence, style: Style): string {
  const status = `response ${response.status} ${response.statusText}`.trimEnd();
  return visibleLine(joinParts(style, [status, typeOf(response.headers), sayBodySize(response.body.size)]));
}

function typeOf(headers: Headers): string | undefined {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return type?.split(';')[0]?.trim();
}

function sayBodySize(size: number): string {
  return size === 0 ? 'no body' : renderSize(size);
}

function renderHeaders(headers: Headers, mark: string): readonly string[] {
  return headers.map(([name, value]) => visibleLine(`${mark} ${name}: ${value}`));
}

function renderBody(body: BodyEvidence, excerpt: Excerpt, style: Style): readonly string[] {
  if (body.size === 0) return [];
  if (body.text === undefined) return [`${renderSize(body.size)} of data, sha256 ${body.sha256}`];
  const { ellipsis } = style.mark;
  const room = style.look.interactive ? Math.min(excerpt.width, style.look.columns - 6) : excerpt.width;
  const lines = visible(layBody(body.text, Math.min(room, 100))).split('\n');
  const shown = lines.slice(0, excerpt.lines).map((line) => cutEnd(line, room, ellipsis));
  if (lines.length > shown.length) return [...shown, `${ellipsis} ${lines.length - shown.length} more lines`];
  return body.truncated ? [...shown, `${ellipsis} cut off: the body has ${renderSize(body.size)}`] : shown;
}

function layBody(text: string, width: number): string {
  return isJson(text) ? layJson(text, width) : text.replaceAll('\r\n', '\n').trimEnd();
}

function indent(line: string): string {
  return `  ${line}`;
}
