import {
  anything,
  isCount,
  isEither,
  isFlag,
  isKindOf,
  isListOf,
  isOneOf,
  isRecord,
  isText,
  isTrue,
  isTuple,
} from './check.ts';
import { entries } from './text-shapes.ts';

const credentials = { username: isText, password: isText };
const auth = isKindOf({
  none: [{}],
  basic: [credentials],
  digest: [credentials],
  bearer: [{ token: isText }],
  apiKey: [{ name: isText, value: isText, in: isOneOf(['header', 'query', 'cookie']) }],
  oauth2: [
    {
      tokenUrl: isText,
      grant: isOneOf(['clientCredentials', 'password', 'refreshToken']),
      clientAuth: isOneOf(['basic', 'post']),
    },
    {
      clientId: isText,
      clientSecret: isText,
      username: isText,
      password: isText,
      refreshToken: isText,
      scope: isText,
      extra: isListOf(isTuple(isText, isText)),
    },
  ],
  awsSigV4: [
    { accessKeyId: isText, secretAccessKey: isText },
    { sessionToken: isText, region: isText, service: isText },
  ],
});
const content = isKindOf({
  value: [{ value: anything }],
  json: [{ value: anything }],
  bytes: [{ base64: isText }],
});
const part = isRecord({ content }, { filename: isText, contentType: isText });
const body = isKindOf({
  json: [{ value: anything }],
  form: [{ entries }],
  text: [{ text: isText }],
  multipart: [{ parts: isListOf(isTuple(isText, part)) }],
  graphql: [{ query: isText }, { variables: anything }],
  bytes: [{ base64: isText }],
});
export const request = isRecord(
  { method: isText, query: entries, headers: entries },
  {
    service: isText,
    path: isText,
    url: isText,
    body,
    auth,
    fromDefaults: isRecord({ headers: entries }, { auth, cookies: entries }),
    idempotencyKey: isEither(isTrue, isText),
    idempotent: isTrue,
    followRedirects: isCount,
    compression: isTrue,
    http2: isTrue,
    proxy: isText,
    tls: isRecord({}, { ca: isText, cert: isText, key: isText, insecure: isFlag }),
    cookies: entries,
  },
);
